// Package launch stands between us and a tool: a small process that starts the tool, passes on the wish to
// stop, and makes sure that nothing the tool started (providers, provisioners) outlives it, nor outlives us.
//
// The launcher is our own program, started again with the variables of Env. The package takes such a process
// over while it initializes, before the rest of the program does: it imports almost nothing so that Go
// initializes it early, and a launch costs two milliseconds instead of the start of a whole server.
package launch

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The variables that make a process a launcher. The tool does not see them.
const (
	prefix     = "ARPENT_LAUNCH_"
	toolVar    = prefix + "TOOL"
	graceVar   = prefix + "GRACE"
	versionVar = prefix + "VERSION"
	pidVar     = prefix + "PID"
)

// Killed is the exit status of a launcher that had to kill its tool.
const Killed = 137

// Options say how a tool is launched.
type Options struct {
	Tool    string        // absolute path of the tool
	Grace   time.Duration // between SIGINT and the end of everything
	Version string        // answer to "version -json", which costs no start of the tool; empty asks the tool
	PIDFile string        // where the launcher writes its process id; SIGTERM to it kills everything at once
}

// Env returns the variables that turn a start of Path into a launch.
func (o Options) Env() map[string]string {
	return map[string]string{
		toolVar:    o.Tool,
		graceVar:   o.Grace.String(),
		versionVar: o.Version,
		pidVar:     o.PIDFile,
	}
}

func init() {
	if tool := os.Getenv(toolVar); tool != "" {
		os.Exit(launch(tool, os.Args[1:]))
	}
}

func launch(tool string, args []string) int {
	if answer := os.Getenv(versionVar); answer != "" && strings.Join(args, " ") == "version -json" {
		_, _ = os.Stdout.WriteString(answer + "\n")
		return 0
	}
	parent := adopt()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, parentDied)
	notePID()
	pid, err := start(tool, args, toolEnv())
	if err != nil {
		_, _ = os.Stderr.WriteString("cannot start " + tool + ": " + err.Error() + "\n")
		return 127
	}
	ended := make(chan int, 1)
	go func() { ended <- await(pid) }()
	status := supervise(pid, parent, signals, ended)
	killRest(pid)
	return status
}

// supervise waits for the tool's end. SIGINT gives the tool its grace; SIGTERM and our parent's death do not.
func supervise(pid, parent int, signals <-chan os.Signal, ended <-chan int) int {
	var graceOver <-chan time.Time
	orphaned := time.NewTicker(time.Second)
	defer orphaned.Stop()
	for {
		select {
		case status := <-ended:
			return status
		case <-graceOver:
			return Killed
		case <-orphaned.C:
			if os.Getppid() != parent {
				return Killed
			}
		case got := <-signals:
			switch {
			case got == syscall.SIGINT:
				_ = syscall.Kill(pid, syscall.SIGINT)
				if graceOver == nil {
					graceOver = time.After(grace())
				}
			case got == syscall.SIGTERM || os.Getppid() != parent:
				return Killed
			}
		}
	}
}

func grace() time.Duration {
	d, err := time.ParseDuration(os.Getenv(graceVar))
	if err != nil {
		return 0
	}
	return d
}

func notePID() {
	if path := os.Getenv(pidVar); path != "" {
		_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())), 0o600)
	}
}

func toolEnv() []string {
	env := make([]string, 0, 32)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, prefix) {
			env = append(env, entry)
		}
	}
	return env
}

// await reaps until the tool ends. A launcher that adopts orphans reaps those as well.
func await(pid int) int {
	for {
		var status syscall.WaitStatus
		got, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return Killed
		case got == pid && status.Signaled():
			return 128 + int(status.Signal())
		case got == pid && status.Exited():
			return status.ExitStatus()
		}
	}
}

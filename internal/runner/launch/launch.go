// Package launch stands between us and a tool: a small process that starts the tool, passes on the wish to
// stop, and makes sure that nothing the tool started (providers, provisioners) outlives it, nor outlives for long
// whoever wanted it: us, and the lease under which we work.
//
// The launcher is our own program, started again with the variables of Env. The package takes such a process
// over while it initializes, before the rest of the program does: it imports almost nothing so that Go
// initializes it early, and a launch costs two milliseconds instead of the start of a whole server.
package launch

import (
	"errors"
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
	lifeVar    = prefix + "LIFE"
)

// The exit statuses of a launcher that are not its tool's.
const (
	Killed = 137 // it had to kill the tool
	Silent = 75  // it stopped the tool because its life was not prolonged, and the tool did not end well
)

// orphanGrace is what a tool gets to store its state when we are dead and no Life says how long it may take.
const orphanGrace = 10 * time.Second

// Options say how a tool is launched.
type Options struct {
	Tool     string        // absolute path of the tool
	Grace    time.Duration // between SIGINT and the end of everything
	Version  string        // answer to "version -json", which costs no start of the tool; empty asks the tool
	PIDFile  string        // where the launcher writes its process id; SIGTERM to it kills everything at once
	LifeFile string        // holds the tool's Life; without it, only we and our signals end the tool
}

// Env returns the variables that turn a start of Path into a launch.
func (o Options) Env() map[string]string {
	return map[string]string{
		toolVar:    o.Tool,
		graceVar:   o.Grace.String(),
		versionVar: o.Version,
		pidVar:     o.PIDFile,
		lifeVar:    o.LifeFile,
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
	spare := spareEnds()
	pid, err := start(tool, args, toolEnv())
	if err != nil {
		_, _ = os.Stderr.WriteString("cannot start " + tool + ": " + err.Error() + "\n")
		return 127
	}
	ended := make(chan int, 1)
	go func() { ended <- await(pid) }()
	w := watch{pid: pid, parent: parent, life: os.Getenv(lifeVar), spare: spare}
	status := w.supervise(signals, ended)
	killRest(pid)
	return status
}

func grace() time.Duration {
	d, err := time.ParseDuration(os.Getenv(graceVar))
	if err != nil {
		return 0
	}
	return d
}

// notePID writes our id where others find it, and holds a lock on that file for as long as we live: who comes after
// a process that died waits for the lock (Wait), since an id may soon belong to somebody else.
func notePID() {
	path := os.Getenv(pidVar)
	if path == "" {
		return
	}
	file, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_TRUNC|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return
	}
	_ = syscall.Flock(file, syscall.LOCK_SH)
	_, _ = syscall.Write(file, []byte(strconv.Itoa(os.Getpid())))
}

// Wait returns when the launcher that noted its id in a file has ended, or when there was none.
func Wait(pidFile string) error {
	file, err := os.Open(pidFile)
	if err != nil {
		return nil // without the file there is nobody to wait for
	}
	defer func() { _ = file.Close() }()
	for {
		if err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
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

package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
)

// partVariable names what this program is to be when it is started again; inputVariable is what it is given.
const (
	partVariable    = "ARPENT_BENCH_PART"
	inputVariable   = "ARPENT_BENCH_INPUT"
	profileVariable = "ARPENT_BENCH_PROFILE" // a folder for CPU and heap profiles of every part
)

// A part prints its address once it answers, and ends with ctx.
type part func(ctx context.Context, input string, ready func(address string)) error

var parts = map[string]part{"arpent": serveArpent, "rows": serveRows, "feed": serveFeed, "audience": attend}

func TestMain(m *testing.M) {
	if name := os.Getenv(partVariable); name != "" {
		if err := play(name); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	found.write(os.Stdout)
	os.Exit(code)
}

// play is this program in another part, until it is told to stop.
func play(name string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if folder := os.Getenv(profileVariable); folder != "" {
		end, err := profile(filepath.Join(folder, fmt.Sprintf("%s-%d", name, os.Getpid())))
		if err != nil {
			return err
		}
		defer end()
	}
	restWhenAsked()
	return parts[name](ctx, os.Getenv(inputVariable), func(address string) { fmt.Fprintln(os.Stdout, address) })
}

// restWhenAsked gives garbage back to the system when it is asked to, and says so.
func restWhenAsked() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	go func() {
		for range asked {
			debug.FreeOSMemory()
			fmt.Fprintln(os.Stdout, "rested")
		}
	}()
}

func profile(name string) (end func(), err error) {
	file, err := os.Create(name + ".cpu")
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			runtime.GC()
			write(name+".live", "heap")
			write(name+".goroutines", "goroutine")
		}
	}()
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close() // a profile that is cut says so when it is read
		write(name+".mem", "allocs")
	}, nil
}

func write(file, profile string) {
	if out, err := os.Create(file); err == nil { // without it there is one profile less to look at
		_ = pprof.Lookup(profile).WriteTo(out, 0)
		_ = out.Close()
	}
}

// look writes what is alive in a part now, if profiles are wanted at all.
func (p *process) look() {
	if os.Getenv(profileVariable) != "" {
		_ = p.cmd.Process.Signal(syscall.SIGUSR1)
	}
}

// serveArpent is the whole of Arpent, by a configuration in JSON.
func serveArpent(ctx context.Context, input string, ready func(string)) error {
	var config app.Config
	if err := json.Unmarshal([]byte(input), &config); err != nil {
		return err
	}
	app.TuneMemory()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.New(ctx, config, log, io.Discard)
	if err != nil {
		return err
	}
	defer a.Close()
	token, err := a.CreateToken(ctx, apptest.AdminEmail, "bench", []string{"all"}, 0)
	if err != nil {
		return err
	}
	ready(a.URL() + " " + token)
	return a.Run(ctx)
}

// patience is how long a part may take to say something.
const patience = 90 * time.Second

// process is a part that runs.
type process struct {
	cmd     *exec.Cmd
	out     *bufio.Reader
	address string
}

// begin starts this program in a part and waits until it answers.
func begin(tb testing.TB, name, input string) *process {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partVariable+"="+name, inputVariable+"="+input)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, cmd.Start())
	p := &process{cmd: cmd, out: bufio.NewReader(out)}
	tb.Cleanup(func() { p.stop() })
	p.address = p.line(tb)
	return p
}

// line is the next line that a part prints.
func (p *process) line(tb testing.TB) string {
	tb.Helper()
	late := time.AfterFunc(patience, p.stop)
	defer late.Stop()
	line, err := p.out.ReadString('\n')
	require.NoError(tb, err, "a part has ended, or says nothing for too long")
	return strings.TrimSpace(line)
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // one that has ended needs no signal
	_ = p.cmd.Wait()
}

// cpu is the CPU time that a process has used.
func (p *process) cpu(tb testing.TB) time.Duration { return cpuOf(tb, p.cmd.Process.Pid) }

func cpuOf(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(tb, err)
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const tick = 10 * time.Millisecond // of the kernel's accounting
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// memory is what a process has resident, in MiB.
func (p *process) memory(tb testing.TB) float64 { return memoryOf(tb, p.cmd.Process.Pid) }

// rested is what a process has resident without its garbage, in MiB: what is left of a crowd that has just come depends on
// when garbage was last collected.
func (p *process) rested(tb testing.TB) float64 {
	tb.Helper()
	require.NoError(tb, p.cmd.Process.Signal(syscall.SIGUSR2))
	require.Equal(tb, "rested", p.line(tb))
	return p.memory(tb)
}

func memoryOf(tb testing.TB, pid int) float64 {
	tb.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(tb, err)
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(tb, err)
	return float64(kib) / 1024
}

// arpent is a server of ours in a process of its own.
type arpent struct {
	*process
	url, token string
	config     app.Config
}

// startArpent starts a server on a fresh PostgreSQL and Redis.
func startArpent(tb testing.TB, options ...apptest.Option) *arpent {
	tb.Helper()
	return startConfigured(tb, apptest.SharedConfig(tb, options...))
}

func startConfigured(tb testing.TB, config app.Config) *arpent {
	tb.Helper()
	input, err := json.Marshal(config)
	require.NoError(tb, err)
	a := &arpent{process: begin(tb, "arpent", string(input)), config: config}
	a.url, a.token, _ = strings.Cut(a.address, " ")
	return a
}

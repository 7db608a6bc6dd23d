package processes_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// program is a process of ours.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	said *said
	gone chan struct{}
}

// said is what a process says, to be waited for.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
	more  chan struct{}
}

func (s *said) listen(r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		s.mutex.Lock()
		s.text.WriteString(line)
		s.mutex.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *said) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

// launch starts a program with an environment of its own; it is killed with the test.
func launch(t *testing.T, name string, env []string, args ...string) *program {
	t.Helper()
	dir, err := apptest.Programs()
	require.NoError(t, err)
	return launchCommand(t, name, exec.CommandContext(context.Background(), filepath.Join(dir, name), args...), env)
}

func launchCommand(t *testing.T, name string, cmd *exec.Cmd, env []string) *program {
	t.Helper()
	p := &program{t: t, cmd: cmd, said: &said{more: make(chan struct{}, 1)}, gone: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	reader, writer := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = writer, writer
	require.NoError(t, p.cmd.Start())
	go p.said.listen(reader)
	go func() {
		_ = p.cmd.Wait()
		_ = writer.Close()
		close(p.gone)
	}()
	t.Cleanup(func() {
		p.kill(syscall.SIGKILL)
		if t.Failed() {
			t.Logf("%s said:\n%s", name, p.said)
		}
	})
	return p
}

// kill sends a signal and waits for the end.
func (p *program) kill(signal syscall.Signal) {
	_ = p.cmd.Process.Signal(signal)
	<-p.gone
}

// lives tells whether the program has not ended.
func (p *program) lives() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// hears waits until the program says something of a kind, and returns it.
func (p *program) hears(pattern string) string {
	p.t.Helper()
	what, deadline := regexp.MustCompile(pattern), time.After(time.Minute)
	for {
		if found := what.FindStringSubmatch(p.said.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-p.said.more:
		case <-p.gone:
			require.Fail(p.t, "it ended", "%s", p.said)
		case <-deadline:
			require.Fail(p.t, "it does not say "+pattern, "%s", p.said)
		}
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	return servers.Address(t)
}

// processesThatName lists the processes whose command line holds a text: what a run has left behind.
func processesThatName(text string) (found []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, _ := os.ReadFile(file)
		if strings.Contains(string(line), text) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

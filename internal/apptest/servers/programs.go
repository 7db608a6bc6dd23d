package servers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
)

// postgresPrograms finds the folder of initdb and postgres; Debian keeps them off the PATH.
func postgresPrograms() (string, error) {
	return program("initdb", "postgresql",
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/pgsql/bin")
}

func redisPrograms() (string, error) {
	return program("redis-server", "redis-server", "/opt/homebrew/bin")
}

// program finds the folder of a program and installs its Debian package when it is missing and we may.
func program(name, debianPackage string, folders ...string) (string, error) {
	if dir, ok := find(name, folders); ok {
		return dir, nil
	}
	if err := install(debianPackage); err != nil {
		return "", fmt.Errorf("the tests need %s: install the package %s (%w)", name, debianPackage, err)
	}
	if dir, ok := find(name, folders); ok {
		return dir, nil
	}
	return "", fmt.Errorf("the package %s is installed, but %s is not found", debianPackage, name)
}

func find(name string, folders []string) (string, bool) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.Dir(path), true
	}
	for _, pattern := range folders {
		found, _ := filepath.Glob(filepath.Join(pattern, name))
		if len(found) > 0 {
			return filepath.Dir(slices.Max(found)), true // the newest version
		}
	}
	return "", false
}

var installing sync.Mutex

func install(debianPackage string) error {
	if os.Getuid() != 0 {
		return errors.New("only root can do it by itself")
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return errors.New("there is no apt-get to do it by itself")
	}
	installing.Lock()
	defer installing.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	for _, args := range [][]string{{"update"}, {"install", "-y", "--no-install-recommends", debianPackage}} {
		cmd := exec.CommandContext(ctx, apt, append([]string{"-q", "-o", "DPkg::Lock::Timeout=240"}, args...)...)
		// In runlevel 1 the package's own daemon is not started.
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, text)
		}
	}
	return nil
}

// postgresOwner is the user that runs the cluster: nil for ourselves, postgres when we are root, because
// PostgreSQL refuses root.
func postgresOwner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // no credential is an answer: exec takes nil for "as we are"
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root and there is no user postgres: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("the user postgres: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("the user postgres: %w", err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// The ports that tests choose for servers of their own. The system gives none of them to those who ask for any port or
// connect from one, on Linux from 32768 on: a server that is down for a moment finds its port again.
const (
	firstPort = 16_000
	lastPort  = 32_000
)

// givenPorts are those that this process has given away.
var givenPorts sync.Map

// FreePort is a port of 127.0.0.1 that nobody listens on, and that nobody else gets by chance.
func FreePort() (int, error) {
	var failure error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if _, given := givenPorts.LoadOrStore(port, true); given {
			continue
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return port, l.Close()
		}
		failure = err
	}
	return 0, fmt.Errorf("find a free port: %w", failure)
}

// Address is a free one of 127.0.0.1, for a server that the test starts.
func Address(tb testing.TB) string {
	tb.Helper()
	port, err := FreePort()
	if err != nil {
		tb.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// randomName is good for names of databases and for passwords.
func randomName() string {
	id := uuid.New()
	return fmt.Sprintf("%x", id[:])
}

// await tries until ready says nil, the process has ended, or the time is over.
func await(limit time.Duration, ended <-chan struct{}, ready func() error) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(limit)
	for {
		err := ready()
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return errors.New("it ended")
		case <-deadline:
			return err
		case <-tick.C:
		}
	}
}

package servers

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// keeperVariable names the meeting's folder in the environment of a keeper.
const keeperVariable = "ARPENT_TEST_KEEPER"

// linger is how long a cluster without users waits for the next one: go test starts the binaries one by one.
const linger = 3 * time.Second

// A keeper is this very binary, started again: no other program has to be built or found.
func init() {
	dir := os.Getenv(keeperVariable)
	if dir == "" {
		return
	}
	runtime.LockOSThread() // the cluster dies with the thread that started it: it must be the one that lives longest
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	if err := keep(meeting{dir}); err != nil {
		_ = json.NewEncoder(os.Stdout).Encode(cluster{Error: err.Error()})
		os.Exit(1)
	}
	os.Exit(0)
}

// keep starts a cluster, tells so on standard output, and stops it when nobody uses it any more.
func keep(m meeting) error {
	keeper, err := exclusive(m.keeper())
	if err != nil {
		return err
	}
	keeper.keepUntilExit()
	p, err := startPostgres(m.dir)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := m.announce(cluster{URL: p.url("postgres")}); err != nil {
		return err
	}
	return m.untilUnused(p)
}

func (m meeting) announce(c cluster) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("describe the cluster: %w", err)
	}
	if err := os.WriteFile(m.state(), text, 0o600); err != nil {
		return fmt.Errorf("describe the cluster: %w", err)
	}
	if _, err := os.Stdout.Write(text); err != nil {
		return fmt.Errorf("tell that the cluster runs: %w", err)
	}
	return os.Stdout.Close()
}

// untilUnused returns when the cluster has no users or has ended. It then holds the gate, until the process
// ends, so that nobody takes a cluster that is about to go.
func (m meeting) untilUnused(p *postgres) error {
	for {
		users, err := exclusive(m.users())
		if err != nil {
			return err
		}
		users.release()
		select {
		case <-p.ended:
		case <-time.After(linger):
		}
		gate, err := exclusive(m.gate())
		if err != nil {
			return err
		}
		if users, unused := tryExclusive(m.users()); unused {
			users.release()
			gate.keepUntilExit()
			return os.Remove(m.state())
		}
		gate.release()
	}
}

// A postgres is the server process of a cluster and its folder.
type postgres struct {
	dir, password string
	port          int
	cmd           *exec.Cmd
	ended         chan struct{}
	environment   []string // besides ours
}

func startPostgres(parent string) (*postgres, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "postgres-")
	if err != nil {
		return nil, fmt.Errorf("make the cluster's folder: %w", err)
	}
	p := &postgres{dir: dir, password: randomName()}
	if err := p.initialize(bin); err != nil {
		return nil, err
	}
	for range 3 { // somebody may take the free port first
		if err = p.serve(bin); err == nil {
			return p, nil
		}
		p.kill()
		p.port = 0
	}
	return nil, err
}

func (p *postgres) initialize(bin string) error {
	passwordFile := filepath.Join(p.dir, "password")
	if err := os.WriteFile(passwordFile, []byte(p.password), 0o600); err != nil {
		return fmt.Errorf("write the cluster's password: %w", err)
	}
	owner, err := postgresOwner()
	if err != nil {
		return err
	}
	if owner != nil {
		for _, path := range []string{p.dir, passwordFile} {
			if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil {
				return fmt.Errorf("give the cluster's folder to postgres: %w", err)
			}
		}
	}
	cmd := p.command(owner, filepath.Join(bin, "initdb"), "--pgdata=data", "--username=postgres",
		"--auth=password", "--pwfile="+passwordFile, "--encoding=UTF8", "--locale=C", "--no-sync")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, text)
	}
	return nil
}

func (p *postgres) serve(bin string) error {
	owner, err := postgresOwner()
	if err != nil {
		return err
	}
	if p.port == 0 {
		if p.port, err = FreePort(); err != nil {
			return err
		}
	}
	logFile, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		return fmt.Errorf("make the cluster's log: %w", err)
	}
	defer func() { _ = logFile.Close() }()
	p.cmd = p.command(owner, filepath.Join(bin, "postgres"), append([]string{"-D", "data"}, p.settings()...)...)
	p.cmd.Stdout, p.cmd.Stderr = logFile, logFile
	if err := startFromLastingThread(p.cmd); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	p.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(p.cmd, p.ended)
	if err := await(time.Minute, p.ended, func() error { return ping(p.url("postgres")) }); err != nil {
		text, _ := os.ReadFile(logFile.Name())
		return fmt.Errorf("postgres does not answer: %w\n%s", err, text)
	}
	return nil
}

// settings make a cluster that many tests share: quick, roomy, and quiet at its end.
func (p *postgres) settings() []string {
	settings := []string{
		"listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", p.port), "unix_socket_directories=",
		"max_connections=500", "shared_buffers=128MB", "log_min_messages=fatal", "timezone=UTC",
		"jit=off", "max_wal_size=4GB", "autovacuum_naptime=10s",
	}
	if os.Getenv(FsyncVariable) != "on" {
		settings = append(settings, "fsync=off", "full_page_writes=off")
	}
	args := make([]string, 0, 2*len(settings))
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	return args
}

func (p *postgres) command(owner *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = p.dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}, p.environment...)
	cmd.SysProcAttr = leash(syscall.SIGQUIT)
	cmd.SysProcAttr.Credential = owner
	return cmd
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/%s?sslmode=disable", p.password, p.port, database)
}

// kill ends the server at once, as an immediate shutdown does: nothing of it is kept.
func (p *postgres) kill() {
	if p.ended == nil {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

func (p *postgres) stop() {
	p.kill()
	_ = os.RemoveAll(p.dir)
}

package servers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// FsyncVariable is the environment variable that makes the cluster as durable as a real one ("on"), for
// measurements. Tests leave it out.
const FsyncVariable = "ARPENT_TEST_FSYNC"

// A meeting is the folder in which test binaries find the cluster.
type meeting struct{ dir string }

// The folder's name tells apart what cannot share a cluster: users, settings and versions of this protocol.
func meet() (meeting, error) {
	name := "arpent-servers-1-" + strconv.Itoa(os.Getuid())
	if os.Getenv(FsyncVariable) == "on" {
		name += "-durable"
	}
	dir := filepath.Join(os.TempDir(), name)
	if err := os.MkdirAll(dir, 0o711); err != nil { // the user postgres must reach the data below
		return meeting{}, fmt.Errorf("make the folder of the test servers: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return meeting{}, fmt.Errorf("look at the folder of the test servers: %w", err)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(stat.Uid) != os.Getuid() {
		return meeting{}, fmt.Errorf("%s belongs to somebody else: remove it", dir)
	}
	return meeting{dir}, nil
}

func (m meeting) gate() string   { return filepath.Join(m.dir, "gate") }
func (m meeting) users() string  { return filepath.Join(m.dir, "users") }
func (m meeting) keeper() string { return filepath.Join(m.dir, "keeper") }
func (m meeting) state() string  { return filepath.Join(m.dir, "cluster.json") }

// A cluster is what a keeper says about the PostgreSQL cluster it started.
type cluster struct {
	URL   string `json:"url"` // of the maintenance database, as its superuser
	Error string `json:"error,omitempty"`
}

// acquired is the cluster of this process, which uses it until it ends.
var acquired = sync.OnceValues(func() (cluster, error) {
	m, err := meet()
	if err != nil {
		return cluster{}, err
	}
	found, user, err := m.acquire()
	if err != nil {
		return cluster{}, err
	}
	user.keepUntilExit()
	return found, nil
})

// Hold keeps the cluster running, whether or not tests use it at the moment. After release this process uses
// no server any more; release waits until the cluster has stopped, unless somebody else still uses it.
func Hold() (release func(), err error) {
	if _, err := acquired(); err != nil {
		return nil, err
	}
	m, err := meet()
	if err != nil {
		return nil, err
	}
	return func() { releaseKept(); m.awaitEnd() }, nil
}

// awaitEnd gives the keeper time to end. If it has not done so then, the cluster has other users.
func (m meeting) awaitEnd() {
	_ = await(linger+5*time.Second, nil, func() error {
		keeper, ended := tryExclusive(m.keeper())
		if !ended {
			return errors.New("the keeper is at work")
		}
		keeper.release()
		return nil
	})
}

// acquire finds or starts the cluster and says that this process uses it, for as long as user is held.
func (m meeting) acquire() (found cluster, user *lock, err error) {
	gate, err := exclusive(m.gate())
	if err != nil {
		return cluster{}, nil, err
	}
	defer gate.release()
	if user, err = shared(m.users()); err != nil {
		return cluster{}, nil, err
	}
	found, alive := m.find()
	if !alive {
		found, err = m.start()
	}
	if err != nil {
		user.release()
		return cluster{}, nil, err
	}
	return found, user, nil
}

// find reads the running cluster. Whoever calls it holds the gate.
func (m meeting) find() (found cluster, alive bool) {
	text, err := os.ReadFile(m.state())
	if err != nil || json.Unmarshal(text, &found) != nil {
		return cluster{}, false
	}
	if keeper, free := tryExclusive(m.keeper()); free {
		keeper.release()
		return cluster{}, false
	}
	return found, true
}

// start starts a keeper and waits until its cluster can be used. Whoever calls it holds the gate.
func (m meeting) start() (cluster, error) {
	if err := m.clean(); err != nil {
		return cluster{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return cluster{}, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), keeperVariable+"="+m.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C must not reach it: it has to tidy up
	answer, err := cmd.StdoutPipe()
	if err != nil {
		return cluster{}, fmt.Errorf("listen to the keeper: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return cluster{}, fmt.Errorf("start the keeper: %w", err)
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(answer)
	_ = cmd.Process.Release()
	if err != nil {
		return cluster{}, fmt.Errorf("listen to the keeper: %w", err)
	}
	return readAnswer(text.Bytes())
}

func readAnswer(text []byte) (found cluster, err error) {
	if err := json.Unmarshal(text, &found); err != nil {
		return cluster{}, fmt.Errorf("the keeper of the test servers ended without a word: %w", err)
	}
	if found.Error != "" {
		return cluster{}, errors.New(found.Error)
	}
	return found, nil
}

// clean removes what a killed keeper left behind; its cluster died with it.
func (m meeting) clean() error {
	left, err := filepath.Glob(filepath.Join(m.dir, "postgres-*"))
	if err != nil {
		return fmt.Errorf("look for old clusters: %w", err)
	}
	for _, path := range append(left, m.state()) {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("remove an old cluster: %w", err)
		}
	}
	return nil
}

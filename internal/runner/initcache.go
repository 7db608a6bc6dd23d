package runner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	dataDir       = ".terraform"
	lockFileName  = ".terraform.lock.hcl"
	initCacheAge  = 10 * time.Minute // a plan made later may find newer providers
	initCacheSize = 64               // prepared folders
	initCacheMax  = 8 << 20          // bytes of one: links to providers and small modules, not providers
)

// initCache keeps what init made of a folder, so that the apply that follows a plan, and the next plan of an
// unchanged folder, need no init. It keeps pristine copies: what a run does to its folder reaches no other run.
type initCache struct {
	path string

	mu      sync.Mutex
	entries map[string]time.Time
}

func newInitCache(path string) (*initCache, error) {
	return &initCache{path: path, entries: map[string]time.Time{}}, os.MkdirAll(path, 0o700)
}

// initKey is the fingerprint of everything in a folder that init reads but the lock file.
func initKey(folder string, scope ...string) (string, error) {
	hash := sha256.New()
	hash.Write([]byte(strings.Join(scope, "\x00")))
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !configuration(entry.Name()) {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // the folder is ours alone: no tool runs in it yet
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		name, err := filepath.Rel(folder, path)
		hash.Write(append([]byte("\x00"+name+"\x00"), sum[:]...))
		return err
	})
	return hex.EncodeToString(hash.Sum(nil)), err
}

func configuration(name string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// take prepares a folder from the cache. It refuses when the folder asks for other providers than were kept.
func (c *initCache) take(key, folder string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	made, ok := c.entries[key]
	if !ok || time.Since(made) > initCacheAge {
		return false
	}
	entry := filepath.Join(c.path, key)
	if wanted := readLock(folder); wanted != nil && !bytes.Equal(readLock(entry), wanted) {
		return false
	}
	if err := copyInit(entry, folder); err != nil {
		_ = os.RemoveAll(filepath.Join(folder, dataDir))
		return false
	}
	return true
}

// keep copies what init made. A folder that is too large to copy is not kept.
func (c *initCache) keep(key, folder string) {
	if sizeOf(filepath.Join(folder, dataDir), initCacheMax) > initCacheMax {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.evict()
	entry := filepath.Join(c.path, key)
	_ = os.RemoveAll(entry)
	if copyInit(folder, entry) == nil {
		c.entries[key] = time.Now()
	}
}

// evict makes room: what is too old goes, and the oldest when there are too many.
func (c *initCache) evict() {
	oldest := ""
	for key, made := range c.entries {
		if time.Since(made) > initCacheAge {
			c.drop(key)
		} else if oldest == "" || made.Before(c.entries[oldest]) {
			oldest = key
		}
	}
	if len(c.entries) >= initCacheSize {
		c.drop(oldest)
	}
}

func (c *initCache) drop(key string) {
	delete(c.entries, key)
	_ = os.RemoveAll(filepath.Join(c.path, key))
}

func readLock(folder string) []byte {
	content, _ := os.ReadFile(filepath.Join(folder, lockFileName))
	return content
}

// copyInit copies the data folder and the lock file; links stay links.
func copyInit(from, to string) error {
	if err := copyTree(filepath.Join(from, dataDir), filepath.Join(to, dataDir)); err != nil {
		return err
	}
	if lock := readLock(from); lock != nil {
		return os.WriteFile(filepath.Join(to, lockFileName), lock, 0o600)
	}
	return nil
}

func copyTree(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, entry := range entries {
		source, target := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		switch {
		case entry.IsDir():
			err = copyTree(source, target)
		case entry.Type()&fs.ModeSymlink != 0:
			err = copyLink(source, target)
		default:
			err = copyFile(source, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func copyLink(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	return os.Symlink(target, to)
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, fileMode(info.Mode()))
}

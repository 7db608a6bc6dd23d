package app

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/secret"
)

// A backup is a tar in zstd. Its first entry says what it is, its last one what all others must be; between them are
// the rows of each table, then the files. It holds no key: what is sealed in it stays sealed.
const (
	backupFormat = 1
	entryHead    = "arpent-backup.json"
	entrySums    = "sums.json"
	folderRows   = "database"
	folderGit    = "repository"
	folderStore  = "storage"
)

// BackupHead is what a backup says of itself.
type BackupHead struct {
	Format   int              `json:"format"`
	Program  string           `json:"program"` // version of Arpent that made it
	Schema   int              `json:"schema"`  // how many migrations have made it
	Dialect  string           `json:"dialect"`
	MadeAt   time.Time        `json:"madeAt"`
	Keys     []string         `json:"keys"` // ids of the secret keys that open what is in it; no keys
	Remote   bool             `json:"remoteRepository"`
	Tables   []database.Table `json:"tables"`
	Contents BackupContents   `json:"-"`
}

// BackupContents is how much is in a backup.
type BackupContents struct {
	Rows  map[string]int    `json:"rows"`    // by table
	Sums  map[string]string `json:"sha256"`  // by entry
	Files int               `json:"files"`   // of the repository and the storage
	Bytes int64             `json:"content"` // before they were compressed
}

// TotalRows is how many rows there are in all tables.
func (c BackupContents) TotalRows() (n int) {
	for _, rows := range c.Rows {
		n += rows
	}
	return n
}

// Backup writes a backup of an installation, which may be at work: the database as it is at one moment, then the
// private repository, which may be ahead of it and never behind, and what templates have stored.
func Backup(ctx context.Context, config Config, out io.Writer) (BackupHead, error) {
	snapshot, err := database.OpenSnapshot(ctx, config.databaseURL())
	if err != nil {
		return BackupHead{}, err
	}
	defer snapshot.Close()
	keys, err := config.keyIDs()
	if err != nil {
		return BackupHead{}, err
	}
	head := BackupHead{
		Format: backupFormat, Program: Version, Schema: snapshot.Version, Dialect: snapshot.Dialect(), MadeAt: time.Now().UTC(),
		Keys: keys, Remote: config.RepositoryURL != "", Tables: database.Tables(),
	}
	compressed, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return BackupHead{}, err
	}
	b := &backup{tar: tar.NewWriter(compressed), contents: BackupContents{Rows: map[string]int{}, Sums: map[string]string{}}}
	if err := b.write(ctx, config, snapshot, head); err != nil {
		return BackupHead{}, errors.Join(err, compressed.Close())
	}
	head.Contents = b.contents
	return head, compressed.Close()
}

// keyIDs names the keys of the configuration, none when there are none yet.
func (c Config) keyIDs() ([]string, error) {
	ring, err := c.presentKeys()
	if err != nil || ring == nil {
		return []string{}, err
	}
	return ring.IDs(), nil
}

// presentKeys reads the keys and makes none; nil when there are none.
func (c Config) presentKeys() (*secret.Keyring, error) {
	if c.SecretKey != "" {
		return secret.ParseKeyring(c.SecretKey)
	}
	file := filepath.Join(c.DataDir, keyFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return secret.LoadKeyring(file)
}

// backup is one that is being written.
type backup struct {
	tar      *tar.Writer
	contents BackupContents
}

func (b *backup) write(ctx context.Context, config Config, snapshot *database.Snapshot, head BackupHead) error {
	if err := b.addJSON(entryHead, head); err != nil {
		return err
	}
	for _, table := range head.Tables {
		if err := b.addTable(ctx, snapshot, table); err != nil {
			return err
		}
	}
	if !head.Remote {
		if err := b.addRepository(ctx, filepath.Join(config.DataDir, repositoryFolder)); err != nil {
			return err
		}
	}
	if err := b.addFolder(ctx, folderStore, config.storageDir(), nil); err != nil {
		return err
	}
	if err := b.addJSON(entrySums, b.contents); err != nil {
		return err
	}
	return b.tar.Close()
}

func (b *backup) addTable(ctx context.Context, snapshot *database.Snapshot, table database.Table) error {
	number := 0
	b.contents.Rows[table.Name] = 0
	return snapshot.Dump(ctx, table, func(part []byte, rows int) error {
		number++
		b.contents.Rows[table.Name] += rows
		return b.add(fmt.Sprintf("%s/%s/%06d.jsonl", folderRows, table.Name, number), 0o600, int64(len(part)), bytes.NewReader(part))
	})
}

// addRepository adds a bare repository that others may write. Names come before what they name, and loose names before
// packed ones: nothing that is named can be missing, whatever is written or packed meanwhile.
func (b *backup) addRepository(ctx context.Context, dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	names := []string{"refs", "packed-refs", "HEAD"}
	for _, name := range names {
		if err := b.addFolder(ctx, path.Join(folderGit, name), filepath.Join(dir, name), unfinished); err != nil {
			return err
		}
	}
	return b.addFolder(ctx, folderGit, dir, func(name string) bool {
		first, _, _ := strings.Cut(name, "/")
		return slices.Contains(names, first) || unfinished(name)
	})
}

// unfinished tells whether somebody is writing a file of a repository.
func unfinished(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".lock") || strings.HasPrefix(base, "tmp_") || strings.HasPrefix(base, "tmp-")
}

// addFolder adds what is below a folder, or one file. What goes away meanwhile is left out.
func (b *backup) addFolder(ctx context.Context, as, dir string, skip func(name string) bool) error {
	return filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(below)
		if skip != nil && name != "." && skip(name) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if err := b.addEntry(path.Join(as, name), file, entry); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("back up %s: %w", file, err)
		}
		return ctx.Err()
	})
}

func (b *backup) addEntry(name, file string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	switch {
	case info.IsDir():
		return b.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: int64(info.Mode().Perm())})
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(file)
		if err != nil {
			return err
		}
		return b.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to, Mode: 0o777})
	case !info.Mode().IsRegular():
		return nil // sockets and pipes are no data
	}
	return b.addFile(name, file, info.Mode().Perm())
}

// addFile copies a file first: it may grow while it is read, and an entry says its size before its bytes.
func (b *backup) addFile(name, file string, mode fs.FileMode) error {
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	spool, err := os.CreateTemp("", "arpent-backup-*")
	if err != nil {
		return err
	}
	defer func() { _ = spool.Close(); _ = os.Remove(spool.Name()) }()
	size, err := io.Copy(spool, source)
	if err != nil {
		return err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	b.contents.Files++
	return b.add(name, mode, size, spool)
}

func (b *backup) addJSON(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return b.add(name, 0o600, int64(len(text)), bytes.NewReader(text))
}

func (b *backup) add(name string, mode fs.FileMode, size int64, content io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: int64(mode), Size: size, Format: tar.FormatPAX}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(b.tar, sum), content); err != nil {
		return err
	}
	b.contents.Sums[name] = hex.EncodeToString(sum.Sum(nil))
	b.contents.Bytes += size
	return nil
}

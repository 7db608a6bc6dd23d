package app

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// RestoreOptions say how a backup is read.
type RestoreOptions struct {
	AnyKey bool // without the keys that open what is sealed in it
	Check  bool // read and compare everything, write nothing
}

var (
	errNoBackup = fault.Text{
		EN: "This is no backup of Arpent, or one that is damaged: %s.",
		FR: "Ce n’est pas une sauvegarde d’Arpent, ou elle est abîmée : %s.",
	}
	errNewer = fault.Text{
		EN: "This backup was made by Arpent %s with version %d of the database, which this program does not know. Use that version of Arpent or a later one.",
		FR: "Cette sauvegarde a été faite par Arpent %s avec la version %d de la base de données, que ce programme ne connaît pas. Utilisez cette version d’Arpent ou une plus récente.",
	}
	errOccupied = fault.Text{
		EN: "%s is not empty. A backup is restored into an empty installation only.",
		FR: "%s n’est pas vide. Une sauvegarde ne se restaure que dans une installation vide.",
	}
	errOtherKey = fault.Text{
		EN: "What is sealed in this backup is opened by the secret key %s, which is not here. Put it into %s or into ARPENT_SECRET_KEY first; --any-key restores without it, and secrets and states stay shut.",
		FR: "Ce qui est scellé dans cette sauvegarde s’ouvre avec la clé secrète %s, qui n’est pas là. Placez-la d’abord dans %s ou dans ARPENT_SECRET_KEY ; --any-key restaure sans elle, et les secrets et les états restent fermés.",
	}
)

// Restore fills an empty installation with a backup, on either kind of database, all or nothing, and brings it to this
// program's version. It returns what the backup says of itself.
func Restore(ctx context.Context, config Config, in io.Reader, options RestoreOptions) (BackupHead, error) {
	uncompressed, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return BackupHead{}, fault.New(fault.Invalid, errNoBackup, "zstd").Because(err)
	}
	defer uncompressed.Close()
	r := &restoring{config: config, options: options, tar: tar.NewReader(uncompressed), tables: map[string]database.Table{}, seen: BackupContents{
		Rows: map[string]int{}, Sums: map[string]string{},
	}}
	if err := r.readHead(); err != nil {
		return r.head, err
	}
	if options.Check {
		return r.head, r.readAll(ctx)
	}
	err = r.restore(ctx)
	if err != nil {
		r.giveUp(context.WithoutCancel(ctx))
	}
	return r.head, err
}

// restoring is a backup that is being read.
type restoring struct {
	config  Config
	options RestoreOptions
	tar     *tar.Reader
	head    BackupHead
	tables  map[string]database.Table
	seen    BackupContents

	loading *database.Loading
	made    bool     // the SQLite file is ours
	staged  *os.Root // where files are until all is well
	moved   []string
}

func (r *restoring) readHead() error {
	header, err := r.tar.Next()
	if err != nil || header.Name != entryHead {
		return fault.New(fault.Invalid, errNoBackup, "it does not begin with "+entryHead).Because(err)
	}
	text, err := r.content(header)
	if err == nil {
		err = json.Unmarshal(text, &r.head)
	}
	if err != nil {
		return fault.New(fault.Invalid, errNoBackup, entryHead).Because(err)
	}
	known, err := database.KnowsVersion(r.config.databaseURL(), r.head.Schema)
	if err != nil {
		return err
	}
	if r.head.Format != backupFormat || !known {
		return fault.New(fault.Conflict, errNewer, r.head.Program, r.head.Schema)
	}
	for _, t := range r.head.Tables {
		r.tables[t.Name] = t
	}
	return r.checkKeys()
}

// checkKeys refuses what could not be opened afterwards.
func (r *restoring) checkKeys() error {
	have, err := r.config.keyIDs()
	if err != nil {
		return err
	}
	for _, id := range r.head.Keys {
		if !slices.Contains(have, id) && !r.options.AnyKey {
			return fault.New(fault.Unavailable, errOtherKey, id, filepath.Join(r.config.DataDir, keyFile))
		}
	}
	return nil
}

// maxSmallEntry bounds entries that are read whole: the head and the sums.
const maxSmallEntry = 64 << 20

func (r *restoring) content(header *tar.Header) ([]byte, error) {
	sum := sha256.New()
	text, err := io.ReadAll(io.TeeReader(io.LimitReader(r.tar, maxSmallEntry), sum))
	r.seen.Sums[header.Name] = hex.EncodeToString(sum.Sum(nil))
	return text, err
}

func (r *restoring) restore(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	if err := r.readAll(ctx); err != nil {
		return err
	}
	if err := r.move(); err != nil {
		return err
	}
	if err := r.loading.Commit(ctx); err != nil {
		return err
	}
	r.loading = nil
	_ = r.staged.Close()
	_ = os.RemoveAll(r.staged.Name())
	if err := database.Migrate(ctx, r.config.databaseURL()); err != nil {
		return fmt.Errorf("everything is restored, but not at this program's version yet: %w", err)
	}
	return nil
}

// begin refuses places where something is, and makes what is needed to write.
func (r *restoring) begin(ctx context.Context) error {
	if err := os.MkdirAll(r.config.DataDir, 0o700); err != nil {
		return err
	}
	for _, dir := range r.targets() {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if len(entries) > 0 {
			return fault.New(fault.Conflict, errOccupied, dir)
		}
	}
	dir, err := os.MkdirTemp(r.config.DataDir, ".restore-*")
	if err != nil {
		return err
	}
	if r.staged, err = os.OpenRoot(dir); err != nil {
		return err
	}
	file, embedded := strings.CutPrefix(r.config.databaseURL(), "sqlite:")
	if embedded {
		_, err := os.Stat(file)
		r.made = errors.Is(err, fs.ErrNotExist)
	}
	r.loading, err = database.BeginLoading(ctx, r.config.databaseURL(), r.head.Schema)
	return err
}

// targets are where the folders of a backup go.
func (r *restoring) targets() map[string]string {
	return map[string]string{folderGit: filepath.Join(r.config.DataDir, repositoryFolder), folderStore: r.config.storageDir()}
}

// readAll reads every entry, and compares at the end with what the backup says that there must be.
func (r *restoring) readAll(ctx context.Context) error {
	for ctx.Err() == nil {
		header, err := r.tar.Next()
		if err != nil {
			return fault.New(fault.Invalid, errNoBackup, "it ends before its end").Because(err)
		}
		if header.Name == entrySums {
			return r.compare(header)
		}
		if err := r.read(ctx, header); err != nil {
			if _, ok := fault.As(err); ok || ctx.Err() != nil {
				return err
			}
			return fault.New(fault.Invalid, errNoBackup, header.Name).Because(err)
		}
	}
	return ctx.Err()
}

func (r *restoring) compare(header *tar.Header) error {
	found := maps.Clone(r.seen.Sums)
	text, err := r.content(header)
	var said BackupContents
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil {
		return fault.New(fault.Invalid, errNoBackup, entrySums).Because(err)
	}
	for name, sum := range said.Sums {
		if found[name] != sum {
			return fault.New(fault.Invalid, errNoBackup, name)
		}
		delete(found, name)
	}
	for name := range found {
		return fault.New(fault.Invalid, errNoBackup, name)
	}
	for table, rows := range said.Rows {
		if r.seen.Rows[table] != rows {
			return fault.New(fault.Invalid, errNoBackup, table)
		}
	}
	r.head.Contents = said
	return nil
}

func (r *restoring) read(ctx context.Context, header *tar.Header) error {
	name := path.Clean(header.Name)
	first, rest, _ := strings.Cut(name, "/")
	sum := sha256.New()
	content := io.TeeReader(r.tar, sum)
	var err error
	switch first {
	case folderRows:
		err = r.readRows(ctx, rest, content)
	case folderGit, folderStore:
		err = r.readFile(header, name, content)
	default:
		err = errors.New("unknown entry")
	}
	if err == nil {
		_, err = io.Copy(io.Discard, content)
	}
	if header.Typeflag == tar.TypeReg {
		r.seen.Sums[header.Name] = hex.EncodeToString(sum.Sum(nil))
	}
	return err
}

func (r *restoring) readRows(ctx context.Context, name string, part io.Reader) error {
	table, known := r.tables[path.Dir(name)]
	if !known {
		return errors.New("unknown table")
	}
	if r.loading == nil {
		rows, err := countLines(part)
		r.seen.Rows[table.Name] += rows
		return err
	}
	rows, err := r.loading.Load(ctx, table, part)
	r.seen.Rows[table.Name] += rows
	return err
}

// countLines counts the rows of a part: each is a line, since JSON has no line break in it.
func countLines(part io.Reader) (lines int, err error) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := part.Read(buffer)
		lines += strings.Count(string(buffer[:n]), "\n")
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
	}
}

// readFile writes an entry into the staged folder, which nothing can lead out of.
func (r *restoring) readFile(header *tar.Header, name string, content io.Reader) error {
	if r.staged == nil {
		return nil
	}
	mode := fs.FileMode(header.Mode).Perm()
	switch header.Typeflag {
	case tar.TypeDir:
		return r.staged.MkdirAll(name, mode|0o700)
	case tar.TypeSymlink:
		return r.staged.Symlink(header.Linkname, name)
	case tar.TypeReg:
	default:
		return errors.New("unknown kind of entry")
	}
	if err := r.staged.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := r.staged.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}

// move puts the staged folders in their places.
func (r *restoring) move() error {
	for name, to := range r.targets() {
		if _, err := r.staged.Stat(name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := moved(filepath.Join(r.staged.Name(), name), to); err != nil {
			return err
		}
		r.moved = append(r.moved, to)
	}
	return nil
}

// moved renames a folder, or copies it where it goes to another disk.
func moved(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err == nil {
		return nil
	}
	return os.CopyFS(to, os.DirFS(from))
}

// giveUp leaves everything as it was.
func (r *restoring) giveUp(ctx context.Context) {
	if r.loading != nil {
		r.loading.Abandon(ctx)
		if file, embedded := strings.CutPrefix(r.config.databaseURL(), "sqlite:"); embedded && r.made {
			for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
				_ = os.Remove(file + suffix)
			}
		}
		for _, dir := range r.moved {
			_ = os.RemoveAll(dir)
		}
	}
	if r.staged != nil {
		_ = r.staged.Close()
		_ = os.RemoveAll(r.staged.Name())
	}
}

package gitrepo

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/objfile"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"golang.org/x/sync/errgroup"
)

const cacheBytes = 32 << 20

// objects is a git object database: loose files, packs, and a cache in memory. Goroutines and processes may
// share it, because an object is named by its content and appears by a rename.
type objects struct {
	dir     string   // the repository's folder; empty keeps everything in memory
	behind  *objects // asked for what is not here
	largest int64    // no object above it is read; 0 is no limit
	ordered bool     // its file system brings changes to the disk in their order
	cache   *cache.ObjectLRU

	mu     sync.Mutex // guards packs, which go-git does not, and memory
	packs  *filesystem.Storage
	memory map[plumbing.Hash]*stored
}

func openObjects(dir string) *objects {
	small := cache.NewObjectLRU(cacheBytes)
	packs := filesystem.NewStorageWithOptions(osfs.New(dir), small, filesystem.Options{MaxOpenDescriptors: 8})
	return &objects{dir: dir, ordered: isOrdered(dir), cache: cache.NewObjectLRU(cacheBytes), packs: packs}
}

func memoryObjects() *objects {
	return &objects{cache: cache.NewObjectLRU(cacheBytes), memory: map[plumbing.Hash]*stored{}}
}

// staged is a layer in memory, in front of what is here, for a commit that is being built.
func (o *objects) staged() *objects {
	layer := memoryObjects()
	layer.behind = o
	return layer
}

// settle writes what a layer holds to what is behind it: first all files, then their names, commits last: where one is, all it
// needs is. In an ordered file system the names are on the disk for certain once the reference is that follows (references.flush).
func (o *objects) settle() error {
	staged := make([]*staging, 0, len(o.memory))
	for _, obj := range o.memory {
		staged = append(staged, &staging{stored: obj})
	}
	slices.SortFunc(staged, func(a, b *staging) int { return a.rank() - b.rank() })
	err := o.behind.stageAll(staged)
	for _, s := range staged {
		if err == nil {
			err = o.behind.place(s)
		}
		s.drop()
	}
	return err
}

// stageAll brings objects to the disk: side by side where each waits for it.
func (o *objects) stageAll(all []*staging) error {
	if o.ordered {
		return o.stageTogether(all)
	}
	var files errgroup.Group
	files.SetLimit(8)
	for _, s := range all {
		files.Go(func() error { return o.stage(s) })
	}
	return files.Wait()
}

// stageTogether brings the contents of objects to the disk, and waits for it once.
func (o *objects) stageTogether(all []*staging) error {
	var files []*os.File
	for _, s := range all {
		if o.touch(s.hash) {
			continue
		}
		file, err := o.begin(s)
		if err != nil {
			return errors.Join(err, writeAllOut(files))
		}
		files = append(files, file)
	}
	return writeAllOut(files)
}

// begin writes the file of an object, which is not on the disk yet.
func (o *objects) begin(s *staging) (*os.File, error) {
	file, err := createTemp(filepath.Join(o.dir, "objects"), 0o444)
	if err != nil {
		return nil, err
	}
	s.file = file.Name()
	if err := packLoose(s.stored, file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// forget leaves out of a layer what is behind it for certain, because a commit that is there needs it.
func (o *objects) forget(known map[plumbing.Hash]bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.memory, func(hash plumbing.Hash, _ *stored) bool { return known[hash] })
}

// staging is an object on its way to the disk.
type staging struct {
	*stored
	file string // that has it, under no name yet; empty when it has a name or needs none
}

func (s *staging) rank() int {
	if s.kind == plumbing.CommitObject {
		return 1
	}
	return 0
}

func (s *staging) drop() {
	if s.file != "" {
		_ = os.Remove(s.file) // what stays is young, and git gc removes it
	}
}

// stage brings an object to the disk.
func (o *objects) stage(s *staging) error {
	if o.dir == "" || o.touch(s.hash) {
		return nil
	}
	var err error
	s.file, err = o.stageLoose(s.stored)
	return err
}

// place gives a staged object its name.
func (o *objects) place(s *staging) error {
	switch {
	case o.dir == "":
		return o.store(s.stored)
	case s.file != "":
		if err := placeLoose(s.file, o.loosePath(s.hash)); err != nil {
			return fmt.Errorf("writing object %s: %w", s.hash, err)
		}
		s.file = ""
	}
	o.cache.Put(s.stored)
	return nil
}

// touch tells whether an object is there, and makes it young again, so that no git gc takes it for forgotten.
func (o *objects) touch(hash plumbing.Hash) bool {
	now := time.Now()
	return os.Chtimes(o.loosePath(hash), now, now) == nil
}

// close lets go of the open pack files.
func (o *objects) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.packs != nil {
		_ = o.packs.Close()
	}
}

// get reads one object, or plumbing.ErrObjectNotFound.
func (o *objects) get(hash plumbing.Hash) (plumbing.EncodedObject, error) {
	if obj, ok := o.cache.Get(hash); ok {
		return obj, nil
	}
	obj, err := o.read(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) && o.behind != nil {
		return o.behind.get(hash)
	}
	if err != nil {
		return nil, err
	}
	o.cache.Put(obj)
	return obj, nil
}

func (o *objects) read(hash plumbing.Hash) (plumbing.EncodedObject, error) {
	if o.dir == "" {
		return o.fromMemory(hash)
	}
	obj, err := o.fromLoose(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return o.fromPacks(hash)
	}
	return obj, err
}

func (o *objects) fromMemory(hash plumbing.Hash) (plumbing.EncodedObject, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if obj, ok := o.memory[hash]; ok {
		return obj, nil
	}
	return nil, plumbing.ErrObjectNotFound
}

func (o *objects) loosePath(hash plumbing.Hash) string {
	name := hash.String()
	return filepath.Join(o.dir, "objects", name[:2], name[2:])
}

// fromLoose reads a loose object and proves that it is what its name says.
func (o *objects) fromLoose(hash plumbing.Hash) (plumbing.EncodedObject, error) {
	reader, kind, size, err := o.openLoose(hash)
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	if o.largest > 0 && size > o.largest {
		return nil, errLargeObject(size, o.largest)
	}
	data, err := io.ReadAll(io.LimitReader(reader, size+1))
	if err != nil {
		return nil, fmt.Errorf("reading object %s: %w", hash, err)
	}
	if int64(len(data)) != size || reader.Hash() != hash {
		return nil, errCorrupt(fmt.Errorf("object %s is not what its name says", hash))
	}
	return &stored{hash: hash, kind: kind, data: data}, nil
}

type looseReader struct {
	*objfile.Reader
	file *os.File
}

func (r looseReader) Close() error { return errors.Join(r.Reader.Close(), r.file.Close()) }

func (o *objects) openLoose(hash plumbing.Hash) (looseReader, plumbing.ObjectType, int64, error) {
	file, err := os.Open(o.loosePath(hash))
	if errors.Is(err, os.ErrNotExist) {
		err = plumbing.ErrObjectNotFound
	}
	if err != nil {
		return looseReader{}, 0, 0, err
	}
	reader, err := objfile.NewReader(file)
	if err != nil {
		_ = file.Close()
		return looseReader{}, 0, 0, errCorrupt(err)
	}
	opened := looseReader{reader, file}
	kind, size, err := reader.Header()
	if err != nil {
		_ = opened.Close()
		return looseReader{}, 0, 0, errCorrupt(err)
	}
	return opened, kind, size, nil
}

// fromPacks looks into the packs, and once more if another process may have changed them meanwhile.
func (o *objects) fromPacks(hash plumbing.Hash) (obj plumbing.EncodedObject, err error) {
	err = o.withPacks(func() error {
		if o.largest > 0 {
			size, err := o.packs.EncodedObjectSize(hash)
			if err != nil {
				return err
			}
			if size > o.largest {
				return errLargeObject(size, o.largest)
			}
		}
		found, err := o.packs.EncodedObject(plumbing.AnyObject, hash)
		if err != nil {
			return err
		}
		obj, err = keep(hash, found)
		return err
	})
	return obj, err
}

// withPacks calls read under the lock; packs that another process just added or removed are listed anew.
func (o *objects) withPacks(read func() error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := read()
	for attempt := 1; err != nil && !refusal(err) && attempt <= 3; attempt++ {
		if attempt > 1 && !errors.Is(err, plumbing.ErrObjectNotFound) {
			time.Sleep(10 * time.Millisecond) // a pack whose index is about to appear
		} else if attempt > 1 {
			break
		}
		o.packs.Reindex()
		err = read()
	}
	return err
}

// has tells whether the object is here or behind.
func (o *objects) has(hash plumbing.Hash) bool {
	_, err := o.size(hash)
	return err == nil
}

// size is how large an object is, without reading it.
func (o *objects) size(hash plumbing.Hash) (int64, error) {
	if obj, ok := o.cache.Get(hash); ok {
		return obj.Size(), nil
	}
	size, err := o.ownSize(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) && o.behind != nil {
		return o.behind.size(hash)
	}
	return size, err
}

func (o *objects) ownSize(hash plumbing.Hash) (int64, error) {
	if o.dir == "" {
		obj, err := o.fromMemory(hash)
		if err != nil {
			return 0, err
		}
		return obj.Size(), nil
	}
	reader, _, size, err := o.openLoose(hash)
	if err == nil {
		return size, reader.Close()
	}
	if !errors.Is(err, plumbing.ErrObjectNotFound) {
		return 0, err
	}
	err = o.withPacks(func() (err error) {
		size, err = o.packs.EncodedObjectSize(hash)
		return err
	})
	return size, err
}

// put stores an object that is not there yet. It is on the disk when put returns.
func (o *objects) put(kind plumbing.ObjectType, data []byte) (plumbing.Hash, error) {
	obj := &stored{hash: plumbing.ComputeHash(kind, data), kind: kind, data: data}
	return obj.hash, o.store(obj)
}

func (o *objects) store(obj *stored) error {
	if err := o.write(obj); err != nil {
		return fmt.Errorf("writing object %s: %w", obj.hash, err)
	}
	o.cache.Put(obj)
	return nil
}

// copy stores an object of another database.
func (o *objects) copy(obj plumbing.EncodedObject) error {
	if whole, ok := obj.(*stored); ok {
		return o.store(whole)
	}
	whole, err := keep(obj.Hash(), obj)
	if err != nil {
		return err
	}
	return o.store(whole)
}

func (o *objects) write(obj *stored) error {
	if o.dir == "" {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.memory[obj.hash] = obj
		return nil
	}
	if o.touch(obj.hash) {
		return nil
	}
	file, err := o.stageLoose(obj)
	if err != nil {
		return err
	}
	if err = placeLoose(file, o.loosePath(obj.hash)); err != nil {
		_ = os.Remove(file)
	}
	return err
}

// placeLoose gives a staged object its name, in a folder that may be the first to need.
func placeLoose(file, path string) error {
	err := os.Rename(file, path)
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return os.Rename(file, path)
}

// stageLoose writes an object beside the folders of objects, where git looks for what was left behind; a folder of
// its own is made only for the first that needs it.
func (o *objects) stageLoose(obj *stored) (string, error) {
	return stageIn(filepath.Join(o.dir, "objects"), 0o444, func(w io.Writer) error { return packLoose(obj, w) })
}

// packLoose writes an object as the file of a loose one holds it, at once: most are some hundred bytes.
func packLoose(obj *stored, w io.Writer) error {
	pool := packers
	if len(obj.data) < scrap {
		pool = wrappers
	}
	packer, _ := pool.Get().(*zlib.Writer)
	defer pool.Put(packer)
	var whole bytes.Buffer
	packer.Reset(&whole)
	if _, err := fmt.Fprintf(packer, "%s %d\x00", obj.kind, len(obj.data)); err != nil {
		return err
	}
	if _, err := packer.Write(obj.data); err != nil {
		return err
	}
	if err := packer.Close(); err != nil {
		return err
	}
	_, err := w.Write(whole.Bytes())
	return err
}

// scrap is the size in bytes below which an object is written as it is: its file takes a block of the disk in any case.
const scrap = 3 << 10

// packers and wrappers are used again. The usual level of zlib clears two thirds of a MiB for each object, whose hundred bytes get no
// smaller by that; git packs them anew with its gc anyway.
var (
	packers  = zlibs(zlib.BestSpeed)
	wrappers = zlibs(zlib.NoCompression)
)

func zlibs(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		packer, _ := zlib.NewWriterLevel(nil, level) // fails only for a level that is none
		return packer
	}}
}

// stored is an object in memory that never changes, unlike plumbing.MemoryObject, which hashes itself late.
type stored struct {
	hash plumbing.Hash
	kind plumbing.ObjectType
	data []byte
}

// keep reads an object of go-git whole.
func keep(hash plumbing.Hash, obj plumbing.EncodedObject) (*stored, error) {
	reader, err := obj.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	data, err := io.ReadAll(reader)
	return &stored{hash: hash, kind: obj.Type(), data: data}, err
}

func (s *stored) Hash() plumbing.Hash             { return s.hash }
func (s *stored) Type() plumbing.ObjectType       { return s.kind }
func (s *stored) SetType(plumbing.ObjectType)     {}
func (s *stored) Size() int64                     { return int64(len(s.data)) }
func (s *stored) SetSize(int64)                   {}
func (s *stored) Reader() (io.ReadCloser, error)  { return io.NopCloser(bytes.NewReader(s.data)), nil }
func (s *stored) Writer() (io.WriteCloser, error) { return nil, errors.ErrUnsupported }

// library is objects as go-git's decoders and its pack encoder want it: to read from.
type library struct{ *objects }

var _ storer.EncodedObjectStorer = library{}

func (l library) EncodedObject(kind plumbing.ObjectType, hash plumbing.Hash) (plumbing.EncodedObject, error) {
	obj, err := l.get(hash)
	if err == nil && kind != plumbing.AnyObject && kind != obj.Type() {
		return nil, plumbing.ErrObjectNotFound
	}
	return obj, err
}

func (l library) HasEncodedObject(hash plumbing.Hash) error {
	_, err := l.size(hash)
	return err
}

func (l library) EncodedObjectSize(hash plumbing.Hash) (int64, error) { return l.size(hash) }
func (l library) NewEncodedObject() plumbing.EncodedObject            { return &plumbing.MemoryObject{} }
func (l library) AddAlternate(string) error                           { return errors.ErrUnsupported }
func (l library) SetEncodedObject(plumbing.EncodedObject) (plumbing.Hash, error) {
	return plumbing.ZeroHash, errors.ErrUnsupported
}
func (l library) IterEncodedObjects(plumbing.ObjectType) (storer.EncodedObjectIter, error) {
	return nil, errors.ErrUnsupported
}

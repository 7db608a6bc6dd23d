package gitrepo

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

const (
	looseBelow    = 100     // a pack with fewer objects is stored as loose files, so that packs do not pile up
	emptyPack     = 32      // bytes of a pack without objects
	objectsLeeway = 8 << 20 // an object may be this large even if files may not: a file is then refused by its path
)

// quarantine is a folder in which received objects wait until they are found harmless.
type quarantine struct {
	dir     string
	objects *objects                                // what was received, and behind it what was there before
	entries []idxfile.Entry                         // of the pack
	pack    string                                  // path without suffix; empty when no whole pack was received
	loose   map[plumbing.ObjectType][]plumbing.Hash // what a thin pack was unpacked to
}

// receive fetches a wish into a quarantine in front of what is there. The caller ends it by release or discard.
func (s *server) receive(ctx context.Context, talk conversation, offered *packp.AdvRefs, w wish, there *objects, limits Limits, left *budget) (*quarantine, boundary, error) {
	q, err := newQuarantine(there)
	if err != nil {
		return nil, boundary{}, err
	}
	edge, err := q.fill(ctx, s, talk, offered, w, limits, left)
	if err != nil {
		q.discard()
		return nil, boundary{}, err
	}
	return q, edge, nil
}

func newQuarantine(there *objects) (*quarantine, error) {
	dir, err := os.MkdirTemp(there.dir, "incoming-")
	if err != nil {
		return nil, fmt.Errorf("making a quarantine: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "objects", "pack"), 0o755); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	received := openObjects(dir)
	received.behind, received.largest = there, there.largest
	return &quarantine{dir: dir, objects: received}, nil
}

func (q *quarantine) fill(ctx context.Context, s *server, talk conversation, offered *packp.AdvRefs, w wish, limits Limits, left *budget) (boundary, error) {
	file, err := os.Create(filepath.Join(q.dir, "objects", "pack", "incoming"))
	if err != nil {
		return boundary{}, fmt.Errorf("receiving: %w", err)
	}
	defer func() { _ = file.Close() }()
	body, err := talk.exchange(ctx, w.encode(offered.Capabilities))
	if err != nil {
		return boundary{}, err
	}
	defer func() { _ = body.Close() }()
	edge, err := inspect(left.meter(body), file, limits)
	if err != nil {
		return boundary{}, s.explain(ctx, err)
	}
	if size, err := file.Seek(0, io.SeekEnd); err != nil || size <= emptyPack {
		return edge, err
	}
	if w.thin {
		return edge, q.unpack(ctx, file)
	}
	return edge, q.index(ctx, file)
}

// inspect copies a pack to a file while it looks at each object's size, so that a bomb is refused before it
// is unpacked, and a stream that is too long before it is whole.
func inspect(from io.Reader, file io.Writer, limits Limits) (boundary, error) {
	read, write := io.Pipe()
	judged := make(chan error, 1)
	go func() {
		err := judge(io.TeeReader(read, file), limits)
		_ = read.CloseWithError(err)
		judged <- err
	}()
	var heard answer
	err := heard.read(from, write)
	_ = write.CloseWithError(err)
	verdict := <-judged
	if verdict != nil && (err == nil || errors.Is(err, verdict)) {
		err = verdict
	}
	return heard.edge, err
}

func judge(stream io.Reader, limits Limits) error {
	buffered := bufio.NewReader(stream)
	scanner := packfile.NewScanner(buffered)
	_, count, err := scanner.Header()
	if errors.Is(err, packfile.ErrEmptyPackfile) || errors.Is(err, io.EOF) {
		return packfile.ErrEmptyPackfile
	}
	if err != nil {
		return errCorrupt(err)
	}
	if int64(count) > 4*int64(limits.Files)+10_000 {
		return errManyFiles(limits.Files)
	}
	for range count {
		if err := judgeObject(scanner, max(limits.File, objectsLeeway)); err != nil {
			return wrapCorrupt(err)
		}
	}
	if _, err := scanner.Checksum(); err != nil {
		return wrapCorrupt(err)
	}
	_, err = io.Copy(io.Discard, buffered)
	return err
}

func judgeObject(scanner *packfile.Scanner, limit int64) error {
	header, err := scanner.NextObjectHeader()
	if err != nil {
		return err
	}
	if header.Length > limit {
		return errLargeObject(header.Length, limit)
	}
	var start prefix
	if _, _, err := scanner.NextObject(&start); err != nil {
		return err
	}
	if !header.Type.IsDelta() {
		return nil
	}
	return judgeDelta(start.bytes, limit)
}

// judgeDelta looks at what a delta makes, and of what: its first two numbers.
func judgeDelta(start []byte, limit int64) error {
	for range 2 {
		size, n := binary.Uvarint(start)
		if n <= 0 {
			return errors.New("a delta without sizes")
		}
		if size > uint64(limit) {
			return errLargeObject(int64(min(size, 1<<62)), limit)
		}
		start = start[n:]
	}
	return nil
}

// prefix keeps the first bytes that are written and counts on the scanner to bound the rest.
type prefix struct{ bytes []byte }

func (p *prefix) Write(data []byte) (int, error) {
	if room := 2*binary.MaxVarintLen64 - len(p.bytes); room > 0 {
		p.bytes = append(p.bytes, data[:min(room, len(data))]...)
	}
	return len(data), nil
}

func wrapCorrupt(err error) error {
	if refusal(err) {
		return err
	}
	return errCorrupt(err)
}

// unpack stores the objects of a thin pack one by one: what it differs from is not in it.
func (q *quarantine) unpack(ctx context.Context, file *os.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	q.loose = map[plumbing.ObjectType][]plumbing.Hash{}
	parser, err := packfile.NewParserWithStorage(packfile.NewScanner(&patient{ctx, file}), unpacking{library{q.objects}, q})
	if err != nil {
		return err
	}
	_, err = parser.Parse()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return wrapCorrupt(err)
	}
	return os.Remove(file.Name())
}

// unpacking is where go-git puts the objects of a thin pack.
type unpacking struct {
	library
	q *quarantine
}

func (u unpacking) SetEncodedObject(obj plumbing.EncodedObject) (plumbing.Hash, error) {
	held, err := keep(plumbing.ZeroHash, obj)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	hash, err := u.q.objects.put(obj.Type(), held.data)
	u.q.loose[obj.Type()] = append(u.q.loose[obj.Type()], hash)
	return hash, err
}

// index makes the received pack readable.
func (q *quarantine) index(ctx context.Context, file *os.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	writer := new(idxfile.Writer)
	parser, err := packfile.NewParser(packfile.NewScanner(&patient{ctx, file}), writer)
	if err != nil {
		return err
	}
	checksum, err := parser.Parse()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return errCorrupt(err)
	}
	return q.name(file, writer, checksum)
}

func (q *quarantine) name(file *os.File, writer *idxfile.Writer, checksum plumbing.Hash) error {
	index, err := writer.Index()
	if err != nil {
		return errCorrupt(err)
	}
	q.pack = filepath.Join(q.dir, "objects", "pack", "pack-"+checksum.String())
	err = replaceFile(q.pack+".idx", 0o444, func(w io.Writer) error {
		_, err := idxfile.NewEncoder(w).Encode(index)
		return err
	})
	if err = errors.Join(err, file.Sync(), file.Chmod(0o444), os.Rename(file.Name(), q.pack+".pack")); err != nil {
		return fmt.Errorf("indexing a pack: %w", err)
	}
	return q.list(index)
}

func (q *quarantine) list(index *idxfile.MemoryIndex) error {
	entries, err := index.Entries()
	if err != nil {
		return err
	}
	defer func() { _ = entries.Close() }()
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		q.entries = append(q.entries, *entry)
	}
}

// patient is a file that ends when its context does.
type patient struct {
	ctx context.Context
	*os.File
}

func (p *patient) Read(data []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.File.Read(data)
}

// release moves what was received to where it belongs. Commits come last: where one is, all it needs is.
func (q *quarantine) release(to *objects) error {
	defer q.discard()
	if q.pack == "" {
		return q.adopt(to)
	}
	if len(q.entries) < looseBelow {
		return q.explode(to)
	}
	base := filepath.Join(to.dir, "objects", "pack", filepath.Base(q.pack))
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(q.pack+".idx", base+".idx"), os.Rename(q.pack+".pack", base+".pack")); err != nil {
		return fmt.Errorf("keeping a pack: %w", err)
	}
	to.refresh()
	return nil
}

// needOrder is an order of kinds in which nothing comes before what it needs.
var needOrder = []plumbing.ObjectType{plumbing.BlobObject, plumbing.TreeObject, plumbing.CommitObject, plumbing.TagObject}

// adopt moves loose files to where they belong.
func (q *quarantine) adopt(to *objects) error {
	for _, kind := range needOrder {
		for _, hash := range q.loose[kind] {
			path := to.loosePath(hash)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.Rename(q.objects.loosePath(hash), path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func (q *quarantine) explode(to *objects) error {
	for _, kind := range needOrder {
		for _, entry := range q.entries {
			obj, err := q.objects.get(entry.Hash)
			if err != nil {
				return err
			}
			if obj.Type() != kind {
				continue
			}
			if err := to.copy(obj); err != nil {
				return err
			}
		}
	}
	return nil
}

// discard forgets what was received.
func (q *quarantine) discard() {
	q.objects.close()
	_ = os.RemoveAll(q.dir)
}

// refresh lists the packs anew.
func (o *objects) refresh() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.packs.Reindex()
}

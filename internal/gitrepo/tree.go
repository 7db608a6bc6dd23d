package gitrepo

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Tree is one folder of files at one version, read from the object database as it is asked for. It never
// changes. It is an fs.FS with ReadDir, ReadFile, Stat and Sub, in which symbolic links are the files they lead to.
type Tree struct {
	root    *node
	objects *objects
	when    time.Time
}

var (
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.ReadFileFS = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
	_ fs.SubFS      = (*Tree)(nil)
)

// Hash names the content of the tree: equal hashes, equal files.
func (t *Tree) Hash() string { return t.root.hash.String() }

// Files reads every file of the tree, by its path.
func (t *Tree) Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(t, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[p], err = t.ReadFile(p)
		return err
	})
	return files, err
}

// Executables lists the paths of the files that may be executed, as Commit takes them.
func (t *Tree) Executables() []string {
	var list []string
	_ = fs.WalkDir(t, ".", func(p string, entry fs.DirEntry, _ error) error {
		if info, err := entry.Info(); err == nil && !entry.IsDir() && info.Mode()&0o111 != 0 {
			list = append(list, p)
		}
		return nil
	})
	return list
}

func (t *Tree) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	at := t.root
	if name == "." {
		return at, nil
	}
	for _, part := range strings.Split(name, "/") {
		if at = at.children[part]; at == nil {
			return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
	}
	return at, nil
}

// Open opens a file or folder.
func (t *Tree) Open(name string) (fs.File, error) {
	n, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.mode.IsDir() {
		return &openFolder{info: t.info(n), entries: t.entries(n)}, nil
	}
	data, err := readBlob(t.objects, n.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &openFile{Reader: bytes.NewReader(data), info: t.info(n)}, nil
}

// ReadFile reads a file whole.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	n, err := t.find("read", name)
	if err != nil {
		return nil, err
	}
	if n.mode.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	data, err := readBlob(t.objects, n.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return bytes.Clone(data), nil
}

// ReadDir lists a folder by name.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	return t.entries(n), nil
}

// Stat describes a file or folder.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	n, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	return t.info(n), nil
}

// Sub is the tree of one folder; it is a *Tree.
func (t *Tree) Sub(name string) (fs.FS, error) {
	n, err := t.find("sub", name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsDir() {
		return nil, &fs.PathError{Op: "sub", Path: name, Err: fs.ErrInvalid}
	}
	return &Tree{root: n, objects: t.objects, when: t.when}, nil
}

func (t *Tree) entries(n *node) []fs.DirEntry {
	var list []fs.DirEntry
	for _, child := range n.sorted() {
		list = append(list, fs.FileInfoToDirEntry(t.info(child)))
	}
	return list
}

func (t *Tree) info(n *node) nodeInfo {
	name := n.name
	if n == t.root {
		name = "."
	}
	return nodeInfo{node: n, name: path.Base(name), when: t.when}
}

type nodeInfo struct {
	node *node
	name string
	when time.Time
}

func (i nodeInfo) Name() string       { return i.name }
func (i nodeInfo) Size() int64        { return i.node.size }
func (i nodeInfo) Mode() fs.FileMode  { return i.node.mode }
func (i nodeInfo) ModTime() time.Time { return i.when }
func (i nodeInfo) IsDir() bool        { return i.node.mode.IsDir() }
func (i nodeInfo) Sys() any           { return nil }

type openFile struct {
	*bytes.Reader
	info nodeInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	info    nodeInfo
	entries []fs.DirEntry
	read    int
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.info.name, Err: fs.ErrInvalid}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := f.entries[f.read:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && len(rest) > n {
		rest = rest[:n]
	}
	f.read += len(rest)
	return rest, nil
}

var emptyTree = plumbing.ComputeHash(plumbing.TreeObject, nil)

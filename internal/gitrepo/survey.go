package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// node is one file or folder of a surveyed tree.
type node struct {
	name     string
	mode     fs.FileMode
	hash     plumbing.Hash
	size     int64
	parent   *node
	children map[string]*node // of a folder
	target   string           // of a symbolic link, until it is resolved
}

// sorted lists the children by name.
func (n *node) sorted() []*node {
	list := make([]*node, 0, len(n.children))
	for _, child := range n.children {
		list = append(list, child)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list
}

func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	return path.Join(n.parent.path(), n.name)
}

// survey looks at a whole tree before anybody sees a part of it: every name, kind and size, and where every
// symbolic link leads. What it returns needs no further care: links are replaced by what they lead to.
type survey struct {
	ctx     context.Context
	objects *objects
	limits  Limits
	files   int
	bytes   int64
	links   []*node
}

func surveyTree(ctx context.Context, objects *objects, tree plumbing.Hash, limits Limits) (*node, error) {
	s := &survey{ctx: ctx, objects: objects, limits: limits}
	root := &node{name: ".", mode: fs.ModeDir | 0o755, hash: tree}
	if err := s.folder(root, 0); err != nil {
		return nil, err
	}
	if err := s.resolve(); err != nil {
		return nil, err
	}
	return root, nil
}

func (s *survey) folder(n *node, depth int) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	entries, err := readTree(s.objects, n.hash)
	if err != nil {
		return err
	}
	n.children = make(map[string]*node, len(entries))
	folded := make(map[string]string, len(entries))
	for _, entry := range entries {
		if !goodName(entry.Name) || depth >= maxDepth {
			return errPath(path.Join(n.path(), entry.Name))
		}
		fold := strings.ToLower(entry.Name)
		if other, ok := folded[fold]; ok {
			return errTwice(path.Join(n.path(), other), path.Join(n.path(), entry.Name))
		}
		folded[fold] = entry.Name
		if err := s.entry(n, entry, depth); err != nil {
			return err
		}
	}
	return nil
}

func (s *survey) entry(parent *node, entry object.TreeEntry, depth int) error {
	child := &node{name: entry.Name, hash: entry.Hash, parent: parent}
	parent.children[entry.Name] = child
	if err := s.count(1, 0); err != nil {
		return err
	}
	switch entry.Mode {
	case filemode.Dir:
		child.mode = fs.ModeDir | 0o755
		return s.folder(child, depth+1)
	case filemode.Regular, filemode.Deprecated:
		child.mode = 0o644
		return s.file(child)
	case filemode.Executable:
		child.mode = 0o755
		return s.file(child)
	case filemode.Symlink:
		child.mode = fs.ModeSymlink
		return s.link(child)
	case filemode.Submodule:
		return errSubmodule(child.path())
	}
	return errKind(child.path())
}

func (s *survey) count(files int, bytes int64) error {
	s.files, s.bytes = s.files+files, s.bytes+bytes
	if s.files > s.limits.Files {
		return errManyFiles(s.limits.Files)
	}
	if s.bytes > s.limits.Bytes {
		return errManyBytes(s.limits.Bytes)
	}
	return nil
}

func (s *survey) file(n *node) error {
	size, err := s.objects.size(n.hash)
	if err != nil {
		return wrapMissing(err)
	}
	if size > s.limits.File {
		return errLargeFile(n.path(), size, s.limits.File)
	}
	n.size = size
	return s.count(0, size)
}

func (s *survey) link(n *node) error {
	if err := s.file(n); err != nil {
		return err
	}
	if n.size > maxPath {
		return errLink(n.path(), "…")
	}
	data, err := readBlob(s.objects, n.hash)
	if err != nil {
		return err
	}
	n.target = string(data)
	s.links = append(s.links, n)
	return nil
}

// resolve replaces links by what they lead to. A folder is shared, not copied, and may hold no link to a
// folder itself: so there are no circles, and a small tree does not become an endless one.
func (s *survey) resolve() error {
	targets := make(map[*node]*node, len(s.links))
	holding := map[*node]bool{} // folders with a link to a folder somewhere in them
	for _, link := range s.links {
		target := follow(link, map[*node]bool{})
		if target == nil {
			return errLink(link.path(), link.target)
		}
		targets[link] = target
		for at := link.parent; at != nil && target.children != nil; at = at.parent {
			holding[at] = true
		}
	}
	for _, link := range s.links {
		if holding[targets[link]] {
			return errLink(link.path(), link.target)
		}
		if err := s.replace(link, targets[link]); err != nil {
			return err
		}
	}
	return nil
}

func (s *survey) replace(link, target *node) error {
	link.mode, link.hash, link.size, link.children = target.mode, target.hash, target.size, target.children
	return s.count(weigh(target))
}

// follow walks a link's target, through other links, within the tree. It is nil when the way leads out of
// the tree, in a circle or nowhere.
func follow(link *node, seen map[*node]bool) *node {
	if seen[link] || link.target == "" || strings.HasPrefix(link.target, "/") {
		return nil
	}
	seen[link] = true
	at := link.parent
	for _, name := range strings.Split(link.target, "/") {
		if at = step(at, name); at != nil && at.mode&fs.ModeSymlink != 0 {
			at = follow(at, seen)
		}
		if at == nil {
			return nil
		}
	}
	return at
}

func step(at *node, name string) *node {
	switch name {
	case "", ".":
		return at
	case "..":
		return at.parent
	}
	return at.children[name]
}

// weigh counts what is under a node, and the bytes of its files.
func weigh(n *node) (files int, bytes int64) {
	files, bytes = 1, n.size
	for _, child := range n.children {
		f, b := weigh(child)
		files, bytes = files+f, bytes+b
	}
	return files, bytes
}

// readTree reads the entries of one tree object.
func readTree(objects *objects, hash plumbing.Hash) ([]object.TreeEntry, error) {
	obj, err := objects.get(hash)
	if err != nil {
		return nil, wrapMissing(err)
	}
	var tree object.Tree
	if err := tree.Decode(obj); err != nil {
		return nil, errCorrupt(err)
	}
	return tree.Entries, nil
}

// readBlob reads the content of one file.
func readBlob(objects *objects, hash plumbing.Hash) ([]byte, error) {
	obj, err := objects.get(hash)
	if err != nil {
		return nil, wrapMissing(err)
	}
	if obj.Type() != plumbing.BlobObject {
		return nil, errCorrupt(errors.New(hash.String() + " is no file"))
	}
	held, err := keep(hash, obj)
	if err != nil {
		return nil, err
	}
	return held.data, nil
}

// wrapMissing says for people that an object is not there.
func wrapMissing(err error) error {
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return errCorrupt(err)
	}
	return err
}

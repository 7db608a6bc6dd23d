package gitrepo

import (
	"bytes"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// leaf is a file that is about to become part of a tree.
type leaf struct {
	hash plumbing.Hash
	mode filemode.FileMode
}

// plant writes the tree objects of a set of files, whose paths are checked, and returns the root's hash.
// Without files it is the empty tree.
func plant(objects *objects, leaves map[string]leaf) (plumbing.Hash, error) {
	var entries []object.TreeEntry
	folders := map[string]map[string]leaf{}
	for p, l := range leaves {
		name, rest, deep := strings.Cut(p, "/")
		if !deep {
			entries = append(entries, object.TreeEntry{Name: name, Mode: l.mode, Hash: l.hash})
			continue
		}
		if folders[name] == nil {
			folders[name] = map[string]leaf{}
		}
		folders[name][rest] = l
	}
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		hash, err := plant(objects, folders[name])
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entries = append(entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: hash})
	}
	return writeTree(objects, entries)
}

// checkLeaves refuses paths that cannot be one tree.
func checkLeaves[T any](files map[string]T) error {
	folded := make(map[string]string, len(files))
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if err := checkPath(p); err != nil {
			return err
		}
		if err := checkFold(folded, p); err != nil {
			return err
		}
	}
	return checkFolders(files, folded)
}

func checkFold(folded map[string]string, p string) error {
	fold := strings.ToLower(p)
	if other, ok := folded[fold]; ok {
		return errTwice(other, p)
	}
	folded[fold] = p
	return nil
}

// checkFolders refuses a path that is a file and a folder, and two spellings of one folder.
func checkFolders[T any](files map[string]T, folded map[string]string) error {
	spelling := map[string]string{}
	for _, p := range slices.Sorted(maps.Keys(files)) {
		for at, r := range p {
			if r != '/' {
				continue
			}
			folder := p[:at]
			fold := strings.ToLower(folder)
			if other, ok := folded[fold]; ok {
				return errTwice(other, p)
			}
			if other, ok := spelling[fold]; ok && other != folder {
				return errTwice(other, folder)
			}
			spelling[fold] = folder
		}
	}
	return nil
}

// writeTree writes one tree object.
func writeTree(objects *objects, entries []object.TreeEntry) (plumbing.Hash, error) {
	sort.Sort(object.TreeEntrySorter(entries))
	var data bytes.Buffer
	for _, entry := range entries {
		data.WriteString(strings.TrimLeft(entry.Mode.String(), "0"))
		data.WriteByte(' ')
		data.WriteString(entry.Name)
		data.WriteByte(0)
		data.Write(entry.Hash[:])
	}
	return objects.put(plumbing.TreeObject, data.Bytes())
}

// graft returns root with the folder replaced by a subtree, or removed when the subtree is empty. Folders
// that are left without content disappear, as git knows none.
func graft(objects *objects, root plumbing.Hash, folder []string, subtree plumbing.Hash) (plumbing.Hash, error) {
	if len(folder) == 0 {
		return subtree, nil
	}
	entries, err := readTreeOrNone(objects, root)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	at := slices.IndexFunc(entries, func(e object.TreeEntry) bool { return e.Name == folder[0] })
	var below plumbing.Hash
	if at >= 0 && entries[at].Mode == filemode.Dir {
		below = entries[at].Hash
	}
	grafted, err := graft(objects, below, folder[1:], subtree)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return writeTree(objects, withEntry(entries, at, folder[0], grafted))
}

// withEntry returns the entries with one folder set or, when it is empty, taken away.
func withEntry(entries []object.TreeEntry, at int, name string, hash plumbing.Hash) []object.TreeEntry {
	entries = slices.Clone(entries)
	if at >= 0 {
		entries = slices.Delete(entries, at, at+1)
	}
	if hash == emptyTree || hash.IsZero() {
		return entries
	}
	return append(entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: hash})
}

func readTreeOrNone(objects *objects, hash plumbing.Hash) ([]object.TreeEntry, error) {
	if hash.IsZero() || hash == emptyTree {
		return nil, nil
	}
	return readTree(objects, hash)
}

// subtree is the hash of a folder's tree within a root, or the empty tree when there is no such folder.
func subtree(objects *objects, root plumbing.Hash, folder []string) (plumbing.Hash, error) {
	at := root
	for _, name := range folder {
		entries, err := readTreeOrNone(objects, at)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		i := slices.IndexFunc(entries, func(e object.TreeEntry) bool { return e.Name == name && e.Mode == filemode.Dir })
		if i < 0 {
			return emptyTree, nil
		}
		at = entries[i].Hash
	}
	return at, nil
}

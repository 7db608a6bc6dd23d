package gitrepo

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/diff"
	"github.com/go-git/go-git/v5/plumbing/object"
	linediff "github.com/go-git/go-git/v5/utils/diff"
	"github.com/sergi/go-diff/diffmatchpatch"
)

const (
	maxDiff     = 1 << 20 // bytes of one answer
	maxDiffFile = 256 << 10
	diffContext = 3
)

// Diff is a unified diff of a folder between two references, with paths from the repository's root. It is cut
// at a mebibyte, at the end of a file's part; truncated tells. Large and binary files are only named.
func (r *Repository) Diff(ctx context.Context, from, to, folder string) (unified string, truncated bool, err error) {
	before, err := r.filesAt(ctx, from, folder)
	if err != nil {
		return "", false, err
	}
	after, err := r.filesAt(ctx, to, folder)
	if err != nil {
		return "", false, err
	}
	var out bytes.Buffer
	for _, path := range changed(before, after) {
		part, err := r.diffFile(ctx, path, before, after)
		if err != nil {
			return "", false, err
		}
		if out.Len()+len(part) > maxDiff {
			return out.String(), true, nil
		}
		out.WriteString(part)
	}
	return out.String(), false, nil
}

func (r *Repository) filesAt(ctx context.Context, ref, folder string) (map[string]object.TreeEntry, error) {
	commit, path, err := r.at(ctx, ref, folder)
	if err != nil {
		return nil, err
	}
	tree, err := subtree(r.objects, commit.TreeHash, path)
	if err != nil {
		return nil, err
	}
	prefix := ""
	if folder != "" {
		prefix = folder + "/"
	}
	files := map[string]object.TreeEntry{}
	return files, flatten(ctx, r.objects, tree, prefix, files)
}

func changed(before, after map[string]object.TreeEntry) []string {
	paths := map[string]bool{}
	for path, entry := range before {
		if after[path].Hash != entry.Hash || after[path].Mode != entry.Mode {
			paths[path] = true
		}
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			paths[path] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

func (r *Repository) diffFile(ctx context.Context, path string, before, after map[string]object.TreeEntry) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	change := &filePatch{}
	var old, next string
	for _, side := range []struct {
		files map[string]object.TreeEntry
		file  *diff.File
		text  *string
	}{{before, &change.from, &old}, {after, &change.to, &next}} {
		entry, ok := side.files[path]
		if !ok {
			continue
		}
		*side.file = patchFile{path: path, entry: entry}
		text, plain, err := r.text(entry)
		if err != nil {
			return "", err
		}
		*side.text, change.binary = text, change.binary || !plain
	}
	change.fill(old, next)
	return change.unified()
}

// text reads a file that people can read and that is not too large for it.
func (r *Repository) text(entry object.TreeEntry) (string, bool, error) {
	if entry.Mode == filemode.Submodule {
		return "", false, nil
	}
	size, err := r.objects.size(entry.Hash)
	if err != nil || size > maxDiffFile {
		return "", false, wrapMissing(err)
	}
	data, err := readBlob(r.objects, entry.Hash)
	if err != nil || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return "", false, err
	}
	return string(data), true, nil
}

// filePatch is the change of one file, as go-git's encoder wants it.
type filePatch struct {
	from, to diff.File
	binary   bool
	chunks   []diff.Chunk
}

func (p *filePatch) fill(old, next string) {
	if p.binary {
		return
	}
	kinds := map[diffmatchpatch.Operation]diff.Operation{
		diffmatchpatch.DiffEqual: diff.Equal, diffmatchpatch.DiffInsert: diff.Add, diffmatchpatch.DiffDelete: diff.Delete,
	}
	for _, piece := range linediff.DoWithTimeout(old, next, time.Second) {
		p.chunks = append(p.chunks, chunk{piece.Text, kinds[piece.Type]})
	}
}

func (p *filePatch) unified() (string, error) {
	var out bytes.Buffer
	if err := diff.NewUnifiedEncoder(&out, diffContext).Encode(onePatch{p}); err != nil {
		return "", fmt.Errorf("writing a diff: %w", err)
	}
	return out.String(), nil
}

func (p *filePatch) IsBinary() bool                { return p.binary }
func (p *filePatch) Files() (diff.File, diff.File) { return p.from, p.to }
func (p *filePatch) Chunks() []diff.Chunk          { return p.chunks }

type onePatch struct{ file *filePatch }

func (p onePatch) FilePatches() []diff.FilePatch { return []diff.FilePatch{p.file} }
func (p onePatch) Message() string               { return "" }

type patchFile struct {
	path  string
	entry object.TreeEntry
}

func (f patchFile) Hash() plumbing.Hash     { return f.entry.Hash }
func (f patchFile) Mode() filemode.FileMode { return f.entry.Mode }
func (f patchFile) Path() string            { return f.path }

type chunk struct {
	content string
	kind    diff.Operation
}

func (c chunk) Content() string      { return c.content }
func (c chunk) Type() diff.Operation { return c.kind }

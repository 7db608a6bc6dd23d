package gitrepo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
)

const (
	lockName  = "arpent.lock"
	wholePast = 0x7fffffff // the depth that git takes for the whole history
)

// Fetch brings one version of a library into the cache folder and opens it. Only what the folder does not
// hold yet is transferred. When it fails, the folder is as it was. Several processes may share the folder.
func Fetch(ctx context.Context, source Source, dir string, limits Limits) (*Snapshot, error) {
	limits = limits.orDefault()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Time, errSlow(limits.Time))
	defer cancel()
	at, err := locate(source.URL)
	if err != nil {
		return nil, err
	}
	if err := prepare(dir); err != nil {
		return nil, fmt.Errorf("preparing the cache of a library: %w", err)
	}
	objects := limitedObjects(dir, limits)
	snapshot, err := fetchFrom(ctx, at, source, objects, limits)
	if err != nil {
		objects.close()
		return nil, err
	}
	return snapshot, nil
}

func fetchFrom(ctx context.Context, at place, source Source, objects *objects, limits Limits) (*Snapshot, error) {
	if at.path != "" {
		return fetchLocal(ctx, at.path, source.Ref, objects, limits)
	}
	f := &fetcher{
		server: &server{endpoint: at.endpoint, credential: source.Credential, dir: objects.dir},
		there:  objects, limits: limits, left: newBudget(limits.Bytes),
	}
	defer f.server.hangUp()
	return f.fetch(ctx, source.Ref)
}

// prepare makes a cache folder, and clears what crashed fetches left in it.
func prepare(dir string) error {
	if dir == "" {
		return errors.New("no cache folder is given")
	}
	if err := os.MkdirAll(filepath.Join(dir, "objects", "pack"), 0o755); err != nil {
		return err
	}
	left, err := filepath.Glob(filepath.Join(dir, "incoming-*"))
	for _, path := range left {
		if info, statErr := os.Stat(path); statErr == nil && time.Since(info.ModTime()) > 24*time.Hour {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// fetcher fetches one version from a server.
type fetcher struct {
	server *server
	there  *objects
	limits Limits
	left   *budget
}

func (f *fetcher) fetch(ctx context.Context, ref string) (*Snapshot, error) {
	talk, offered, err := f.server.call(ctx, uploadPack, f.left)
	if err != nil {
		return nil, err
	}
	defer talk.close()
	if len(offered.References) == 0 && offered.Head == nil {
		return nil, errEmpty(f.server.host() + "/" + strings.TrimPrefix(f.server.endpoint.Path, "/"))
	}
	name, commit, err := choose(offered, ref)
	if err != nil {
		return nil, err
	}
	snapshot, err := f.version(ctx, talk, offered, commit)
	if err != nil {
		return nil, err
	}
	snapshot.Ref, snapshot.Refs = name, listRefs(offered)
	return snapshot, nil
}

// version opens a commit from the cache, or transfers it.
func (f *fetcher) version(ctx context.Context, talk conversation, offered *packp.AdvRefs, commit plumbing.Hash) (*Snapshot, error) {
	if f.there.has(commit) {
		if snapshot, err := commitSnapshot(ctx, f.there, commit, f.limits); err == nil || ctx.Err() != nil {
			return snapshot, err
		}
	}
	w, err := f.wish(ctx, offered, commit)
	if err != nil {
		return nil, err
	}
	return f.transfer(ctx, talk, offered, w, commit)
}

// wish asks for the one commit without its past. A commit that no reference points at is asked for by its
// hash where the server allows it, and else the whole past of all references is.
func (f *fetcher) wish(ctx context.Context, offered *packp.AdvRefs, commit plumbing.Hash) (wish, error) {
	edge, err := readShallow(f.there.dir)
	if err != nil {
		return wish{}, err
	}
	tip, pointed := wanted(offered, commit)
	w := wish{wants: []plumbing.Hash{tip}, depth: 1}
	for _, hash := range edge {
		if f.complete(ctx, hash) {
			w.haves, w.shallow = append(w.haves, hash), append(w.shallow, hash)
		}
	}
	w.thin = len(w.haves) > 0 // without it git compares a lone commit with nothing, and sends it whole
	if !pointed && !offersAny(offered) {
		w.wants, w.depth = allTips(offered), wholePast
	}
	return w, nil
}

// complete tells whether a version that is in the cache is whole, so that the server may build on it.
func (f *fetcher) complete(ctx context.Context, commit plumbing.Hash) bool {
	found, err := readCommit(f.there, commit)
	if err != nil {
		return false
	}
	_, err = surveyTree(ctx, f.there, found.TreeHash, f.limits)
	return err == nil
}

func (f *fetcher) transfer(ctx context.Context, talk conversation, offered *packp.AdvRefs, w wish, commit plumbing.Hash) (*Snapshot, error) {
	q, edge, err := f.server.receive(ctx, talk, offered, w, f.there, f.limits, f.left)
	if err != nil {
		return nil, err
	}
	if _, err := commitSnapshot(ctx, q.objects, commit, f.limits); err != nil {
		if !q.objects.has(commit) {
			err = errNoRef(commit.String())
		}
		q.discard()
		return nil, err
	}
	if err := q.release(f.there); err != nil {
		return nil, err
	}
	if err := moveShallow(f.there.dir, edge, commit, w.depth == 1); err != nil {
		return nil, err
	}
	return commitSnapshot(ctx, f.there, commit, f.limits)
}

// choose finds what a reference of the source means, as git does: whole name, tag, branch, commit.
func choose(offered *packp.AdvRefs, ref string) (name string, commit plumbing.Hash, err error) {
	if ref == "" || ref == "HEAD" {
		return headOf(offered)
	}
	for _, candidate := range []string{ref, "refs/tags/" + ref, "refs/heads/" + ref} {
		if !strings.HasPrefix(candidate, "refs/") {
			continue
		}
		if hash, ok := offered.References[candidate]; ok {
			return candidate, peel(offered, candidate, hash), nil
		}
	}
	if hash, ok := wholeHash(ref); ok {
		return "", hash, nil
	}
	return "", plumbing.ZeroHash, errNoRef(ref)
}

func headOf(offered *packp.AdvRefs) (string, plumbing.Hash, error) {
	for _, link := range offered.Capabilities.Get("symref") {
		if target, ok := strings.CutPrefix(link, "HEAD:"); ok {
			if hash, ok := offered.References[target]; ok {
				return target, hash, nil
			}
		}
	}
	for _, name := range []string{"refs/heads/main", "refs/heads/master"} {
		if hash, ok := offered.References[name]; ok && (offered.Head == nil || hash == *offered.Head) {
			return name, hash, nil
		}
	}
	if offered.Head != nil {
		return "", *offered.Head, nil
	}
	return "", plumbing.ZeroHash, errNoRef("HEAD")
}

func peel(offered *packp.AdvRefs, name string, hash plumbing.Hash) plumbing.Hash {
	if peeled, ok := offered.Peeled[name]; ok {
		return peeled
	}
	return hash
}

func listRefs(offered *packp.AdvRefs) []Ref {
	var list []Ref
	for name, hash := range offered.References {
		commit := peel(offered, name, hash).String()
		if short, ok := strings.CutPrefix(name, "refs/heads/"); ok {
			list = append(list, Ref{Name: short, Commit: commit})
		} else if short, ok := strings.CutPrefix(name, "refs/tags/"); ok {
			list = append(list, Ref{Name: short, Tag: true, Commit: commit})
		}
	}
	return sortRefs(list)
}

func sortRefs(list []Ref) []Ref {
	slices.SortFunc(list, func(a, b Ref) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Commit, b.Commit)) })
	return list
}

// wanted is what to ask a server for to get a commit: the commit itself, or the annotated tag that points at
// it, for a server gives only what its references name. Otherwise it is the commit, and false.
func wanted(offered *packp.AdvRefs, commit plumbing.Hash) (plumbing.Hash, bool) {
	tag, tagged := commit, false
	for name, hash := range offered.References {
		if hash == commit {
			return commit, true
		}
		if peel(offered, name, hash) == commit && (!tagged || hash.String() < tag.String()) {
			tag, tagged = hash, true
		}
	}
	return tag, tagged || (offered.Head != nil && *offered.Head == commit)
}

func offersAny(offered *packp.AdvRefs) bool {
	return offered.Capabilities.Supports("allow-reachable-sha1-in-want") || offered.Capabilities.Supports("allow-any-sha1-in-want")
}

func allTips(offered *packp.AdvRefs) []plumbing.Hash {
	var list []plumbing.Hash
	for name, hash := range offered.References {
		if strings.HasPrefix(name, "refs/heads/") || strings.HasPrefix(name, "refs/tags/") {
			list = append(list, hash)
		}
	}
	slices.SortFunc(list, func(a, b plumbing.Hash) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

// readShallow reads the commits of a cache whose past was not fetched, newest last.
func readShallow(dir string) ([]plumbing.Hash, error) {
	data, err := os.ReadFile(filepath.Join(dir, "shallow"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var list []plumbing.Hash
	for _, word := range strings.Fields(string(data)) {
		list = append(list, plumbing.NewHash(word))
	}
	return list[max(0, len(list)-keptShallow):], nil
}

const keptShallow = 8

// moveShallow notes which commits have lost their past, or got it.
func moveShallow(dir string, edge boundary, commit plumbing.Hash, alone bool) error {
	return locked(filepath.Join(dir, lockName), func() error {
		list, err := readShallow(dir)
		if err != nil {
			return err
		}
		if alone {
			edge.shallow = append(edge.shallow, commit)
		}
		drop := append(slices.Clone(edge.unshallow), edge.shallow...)
		list = slices.DeleteFunc(list, func(h plumbing.Hash) bool { return slices.Contains(drop, h) })
		slices.SortFunc(edge.shallow, func(a, b plumbing.Hash) int { return slices.Compare(a[:], b[:]) })
		list = append(list, slices.Compact(edge.shallow)...)
		return replaceFile(filepath.Join(dir, "shallow"), 0o644, func(w io.Writer) error {
			for _, hash := range list {
				if _, err := fmt.Fprintln(w, hash); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// readAtMost reads a file that may grow while it is read.
func readAtMost(files fs.FS, at string, limit int64) ([]byte, error) {
	file, err := files.Open(at)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		return nil, errLargeFile(at, int64(len(data)), limit)
	}
	return data, err
}

package gitrepo

import (
	"context"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Read opens a folder at a branch, tag or commit; an empty reference is the main branch, an empty folder the
// whole tree. fault.NotFound when there is no such folder.
func (r *Repository) Read(ctx context.Context, ref, folder string) (*Tree, error) {
	commit, path, err := r.at(ctx, ref, folder)
	if err != nil {
		return nil, err
	}
	tree, err := subtree(r.objects, commit.TreeHash, path)
	if err != nil {
		return nil, err
	}
	if tree == emptyTree && folder != "" {
		return nil, errNoFolder(folder, firstOf(ref, r.branch))
	}
	root, err := surveyTree(ctx, r.objects, tree, repositoryLimits())
	if err != nil {
		return nil, err
	}
	return &Tree{root: root, objects: r.objects, when: commit.Committer.When}, nil
}

// at reads the commit of a reference, and a folder's path.
func (r *Repository) at(ctx context.Context, ref, folder string) (*object.Commit, []string, error) {
	var path []string
	if folder != "" {
		if err := checkPath(folder); err != nil {
			return nil, nil, err
		}
		path = strings.Split(folder, "/")
	}
	hash, err := r.resolve(ctx, ref)
	if err != nil {
		return nil, nil, err
	}
	commit, err := readCommit(r.objects, hash)
	return commit, path, err
}

// LogEntry is one change of a folder on a branch.
type LogEntry struct {
	Commit  string
	Author  Signature
	Message string
}

// Log lists the changes of a folder on a branch's own line, the newest first: a merge is one change, what was
// on the merged branch is not listed. An empty reference is the main branch, an empty folder everything.
func (r *Repository) Log(ctx context.Context, ref, folder string, limit int) ([]LogEntry, error) {
	commit, path, err := r.at(ctx, ref, folder)
	if err != nil {
		return nil, err
	}
	var list []LogEntry
	now, err := subtree(r.objects, commit.TreeHash, path)
	for err == nil && len(list) < limit {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		parent := firstParent(commit)
		var before plumbing.Hash
		if before, err = r.folderAt(parent, path); err != nil {
			break
		}
		if now != before || (folder == "" && parent.IsZero()) {
			list = append(list, logEntry(commit))
		}
		if parent.IsZero() {
			break
		}
		now = before
		commit, err = readCommit(r.objects, parent)
	}
	return list, err
}

func logEntry(commit *object.Commit) LogEntry {
	author := Signature{Name: commit.Author.Name, Email: commit.Author.Email, When: commit.Author.When.UTC().Truncate(time.Second)}
	return LogEntry{Commit: commit.Hash.String(), Author: author, Message: strings.TrimSpace(commit.Message)}
}

// flatten lists the files of a tree by path.
func flatten(ctx context.Context, objects *objects, tree plumbing.Hash, prefix string, into map[string]object.TreeEntry) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	entries, err := readTreeOrNone(objects, tree)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Mode != filemode.Dir {
			into[prefix+entry.Name] = entry
			continue
		}
		if err := flatten(ctx, objects, entry.Hash, prefix+entry.Name+"/", into); err != nil {
			return err
		}
	}
	return nil
}

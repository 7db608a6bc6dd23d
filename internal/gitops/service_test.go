package gitops

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/gitrepo"
)

func TestCommitMergeDrop(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	repository, err := gitrepo.Open(ctx, gitrepo.Remote{URL: filepath.Join(t.TempDir(), "private.git"), Author: gitrepo.Signature{Name: "Arpent", Email: "arpent@localhost"}}, "")
	require.NoError(t, err)
	defer repository.Close()
	service := New(Config{Repository: repository})
	ann, bob := Author{"Ann", "ann@example.org"}, Author{"Bob", "bob@example.org"}

	before, err := repository.Head(ctx, "")
	require.NoError(t, err)
	folder, err := Render(project(site(t, "site")))
	require.NoError(t, err)
	commit, err := service.Commit(ctx, Commit{Branch: "run/run_1", Acronym: "WRK1", Files: folder.Files, Author: ann, Message: "Request site"})
	require.NoError(t, err)

	merged, err := service.Merge(ctx, Merge{Branch: commit, Acronym: "WRK1", Author: bob, Message: "Approve site"})
	require.NoError(t, err)
	again, err := service.Merge(ctx, Merge{Branch: commit, Acronym: "WRK1", Author: bob, Message: "Approve site"})
	require.NoError(t, err)
	require.Equal(t, merged, again)

	log, err := repository.Log(ctx, "", "terraform/WRK1", 10)
	require.NoError(t, err)
	require.Equal(t, "Bob", log[0].Author.Name)

	diff, truncated, err := service.Diff(ctx, "WRK1", before, merged)
	require.NoError(t, err)
	require.False(t, truncated)
	require.Contains(t, diff, "resource-site.tf.json")
	require.NoError(t, service.Drop(ctx, "run/run_1"))
	require.NoError(t, service.Drop(ctx, "run/run_1"))
}

func TestMergeOfAMovedFolder(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	repository, err := gitrepo.Open(ctx, gitrepo.Remote{URL: filepath.Join(t.TempDir(), "private.git"), Author: gitrepo.Signature{Name: "Arpent", Email: "arpent@localhost"}}, "")
	require.NoError(t, err)
	defer repository.Close()
	service := New(Config{Repository: repository})
	ann := Author{"Ann", "ann@example.org"}
	commit := func(branch, content string) string {
		hash, err := service.Commit(ctx, Commit{Branch: branch, Acronym: "WRK1", Files: map[string][]byte{"main.tf": []byte(content)}, Author: ann, Message: branch})
		require.NoError(t, err)
		return hash
	}
	first, second := commit("run/1", "# 1"), commit("run/2", "# 2")
	_, err = service.Merge(ctx, Merge{Branch: first, Acronym: "WRK1", Author: ann, Message: "1"})
	require.NoError(t, err)
	_, err = service.Merge(ctx, Merge{Branch: second, Acronym: "WRK1", Author: ann, Message: "2"})
	require.True(t, IsMoved(err), "%v", err)

	third := commit("run/2", "# 2")
	_, err = service.Merge(ctx, Merge{Branch: third, Acronym: "WRK1", Author: ann, Message: "2"})
	require.NoError(t, err)
}

package gitrepo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/gitrepo"
)

// A folder has all its modules in it: a run that changes one file must not cost what the others cost once.
func TestWhatStaysAsItWasIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	put(t, repository, "terraform/WRK1", files("main.tf", "one", "modules/site/main.tf", "two"))
	before := map[string]bool{}
	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, path := range objectsIn(t, dir) {
		require.NoError(t, os.Chtimes(path, long, long))
		before[path] = true
	}
	request := gitrepo.CommitRequest{
		Branch: "run/2", Folder: "terraform/WRK1", Files: files("main.tf", "one", "modules/site/main.tf", "two", "new.tf", "three"),
		Author: ada, Message: "m",
	}
	_, err := repository.Commit(t.Context(), request)
	require.NoError(t, err)
	var written int
	for _, path := range objectsIn(t, dir) {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, before[path], info.ModTime().Equal(long), path)
		if !before[path] {
			written++
		}
	}
	require.Equal(t, 5, written, "the file, three trees and the commit")
	require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))

	unreachable, err := filepath.Glob(filepath.Join(dir, "objects", "tmp_*"))
	require.NoError(t, err)
	require.Empty(t, unreachable)
}

// What no commit needs any more git gc may take away at any moment: it is made young again when it is needed again.
func TestWhatNoCommitNeedsIsMadeYoungAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	request := gitrepo.CommitRequest{Branch: "run/1", Folder: "p", Files: files("a", "1"), Author: ada, Message: "m"}
	_, err := repository.Commit(t.Context(), request)
	require.NoError(t, err)
	require.NoError(t, repository.DeleteBranch(t.Context(), "run/1"))
	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	objects := objectsIn(t, dir)
	for _, path := range objects {
		require.NoError(t, os.Chtimes(path, long, long))
	}
	_, err = repository.Commit(t.Context(), request)
	require.NoError(t, err)
	var young int
	for _, path := range objects {
		info, err := os.Stat(path)
		require.NoError(t, err)
		if !info.ModTime().Equal(long) {
			young++
		}
	}
	require.Equal(t, 4, young, "the file, two trees and the commit")
}

func objectsIn(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "objects", "[0-9a-f][0-9a-f]", "*"))
	require.NoError(t, err)
	return paths
}

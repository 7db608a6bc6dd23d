package gitrepo

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Both ways to the disk leave the same repository, and nothing beside it.
func TestARepositoryIsTheSameInAnyFileSystem(t *testing.T) {
	t.Parallel()
	merged := map[bool]string{}
	for _, ordered := range []bool{true, false} {
		dir := filepath.Join(t.TempDir(), "private.git")
		repository, err := Open(t.Context(), Remote{URL: dir, Author: Signature{When: time.Unix(1, 0)}}, "")
		require.NoError(t, err)
		t.Cleanup(repository.Close)
		repository.objects.ordered, repository.refs.(*localRefsStore).ordered = ordered, ordered
		author := Signature{Name: "Ada", Email: "ada@example.org", When: time.Unix(2, 0)}
		_, err = repository.Commit(t.Context(), CommitRequest{
			Branch: "run/1", Folder: "terraform/A", Author: author, Message: "m",
			Files: map[string][]byte{"main.tf": []byte("# small"), "large.tf": make([]byte, 2*scrap)},
		})
		require.NoError(t, err)
		merged[ordered], err = repository.Merge(t.Context(), MergeRequest{Branch: "run/1", Folder: "terraform/A", Author: author, Message: "n"})
		require.NoError(t, err)
		said, err := exec.CommandContext(t.Context(), "git", "--git-dir", dir, "fsck", "--full", "--strict").CombinedOutput()
		require.NoError(t, err, string(said))
		left, err := filepath.Glob(filepath.Join(dir, "objects", "tmp_*"))
		require.NoError(t, err)
		require.Empty(t, left)
	}
	require.Equal(t, merged[true], merged[false])
}

// A file that can not be written leaves nothing behind, and the answer says so.
func TestACommitThatCanNotBeWrittenIsNone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository, err := Open(t.Context(), Remote{URL: dir}, "")
	require.NoError(t, err)
	t.Cleanup(repository.Close)
	repository.objects.ordered = true
	require.NoError(t, os.Rename(filepath.Join(dir, "objects"), filepath.Join(dir, "gone")))
	request := CommitRequest{Branch: "run/1", Folder: "terraform/A", Message: "m", Files: map[string][]byte{"main.tf": []byte("x")}}
	_, err = repository.Commit(t.Context(), request)
	require.Error(t, err)
	_, err = repository.Head(t.Context(), "run/1")
	require.True(t, isMissing(err), err)
	require.NoError(t, os.Rename(filepath.Join(dir, "gone"), filepath.Join(dir, "objects")))
	_, err = repository.Commit(t.Context(), request)
	require.NoError(t, err)
}

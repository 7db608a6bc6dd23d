package gitrepo_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

func TestANewRepositoryHasAMainBranchAndAReadme(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	tree, err := repository.Read(t.Context(), "", "")
	require.NoError(t, err)
	content, err := tree.Files()
	require.NoError(t, err)
	require.Contains(t, string(content["README.md"]), "Arpent")
	require.Equal(t, "main", git(t, dir, "symbolic-ref", "--short", "HEAD"))
	git(t, dir, "fsck", "--strict", "--full")
	again := open(t, dir)
	first, err := repository.Head(t.Context(), "")
	require.NoError(t, err)
	second, err := again.Head(t.Context(), "main")
	require.NoError(t, err)
	require.Equal(t, first, second)
}

func TestGitReadsWhatWeWrote(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{
		Branch: "run/1", Folder: "terraform/WRK1", Executables: []string{"bin/go.sh"},
		Files:  files("main.tf", "# é\n", "bin/go.sh", "#!/bin/sh\n", "a/b/c.txt", "deep"),
		Author: gitrepo.Signature{Name: "Zoé <x>\n", Email: "zoe@example.org", When: noon}, Message: "Add a site",
	})
	require.NoError(t, err)
	put(t, repository, "terraform/WRK2", files("main.tf", "two"))
	merged, err := repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: "run/1", Folder: "terraform/WRK1", Author: ada, Message: "Merge"})
	require.NoError(t, err)

	require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, "", "clone", "-q", dir, clone)
	require.Equal(t, merged, git(t, clone, "rev-parse", "HEAD"))
	content, err := os.ReadFile(filepath.Join(clone, "terraform/WRK1/main.tf"))
	require.NoError(t, err)
	require.Equal(t, "# é\n", string(content))
	info, err := os.Stat(filepath.Join(clone, "terraform/WRK1/bin/go.sh"))
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&0o111)
	require.FileExists(t, filepath.Join(clone, "terraform/WRK2/main.tf"))
	require.Equal(t, "2", git(t, clone, "rev-list", "--count", "--merges", "HEAD"))
	require.Equal(t, "Zoé x <zoe@example.org>", git(t, clone, "log", "-1", "--format=%an <%ae>", "HEAD^2"))
}

func TestTheSameRequestGivesTheSameCommit(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	request := gitrepo.CommitRequest{Branch: "run/1", Folder: "p", Files: files("a", "1", "b/c", "2"), Author: ada, Message: "m"}
	first, err := repository.Commit(t.Context(), request)
	require.NoError(t, err)
	second, err := repository.Commit(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, first, second)
}

func TestAModeIsKept(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{
		Branch: "b", Folder: "p", Files: files("run.sh", "1", "plain", "1"), Executables: []string{"run.sh"}, Author: ada, Message: "m",
	})
	require.NoError(t, err)
	_, err = repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: "b", Folder: "p", Author: ada, Message: "m"})
	require.NoError(t, err)
	put(t, repository, "p", files("run.sh", "2", "plain", "2"))
	tree, err := repository.Read(t.Context(), "main", "p")
	require.NoError(t, err)
	require.Equal(t, []string{"run.sh"}, tree.Executables())
}

func TestAFolderIsReplacedWholeAndRemovedWhole(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	put(t, repository, "terraform/A", files("old", "1", "same", "1"))
	put(t, repository, "terraform/A", files("new", "1", "same", "1"))
	tree, err := repository.Read(t.Context(), "", "terraform/A")
	require.NoError(t, err)
	content, err := tree.Files()
	require.NoError(t, err)
	require.Equal(t, files("new", "1", "same", "1"), content)
	put(t, repository, "terraform/A", nil)
	_, err = repository.Read(t.Context(), "", "terraform/A")
	requireFault(t, err, fault.NotFound, "terraform/A")
	whole, err := repository.Read(t.Context(), "", "")
	require.NoError(t, err)
	content, err = whole.Files()
	require.NoError(t, err)
	require.Len(t, content, 1, "only the README is left, without an empty terraform folder")
}

func TestAMergeAsksForANewRenderingWhenTheFolderMoved(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	put(t, repository, "p", files("a", "0"))
	for _, branch := range []string{"one", "two"} {
		_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: branch, Folder: "p", Files: files("a", branch), Author: ada, Message: branch})
		require.NoError(t, err)
	}
	_, err := repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: "one", Folder: "p", Author: ada, Message: "m"})
	require.NoError(t, err)
	_, err = repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: "two", Folder: "p", Author: ada, Message: "m"})
	require.ErrorIs(t, err, gitrepo.ErrFolderMoved)
	requireFault(t, err, fault.Conflict, `"p"`)
	_, err = repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "two", Folder: "p", Files: files("a", "two"), Author: ada, Message: "again"})
	require.NoError(t, err)
	_, err = repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: "two", Folder: "p", Author: ada, Message: "m"})
	require.NoError(t, err)
}

func TestAMergeAskedForTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	first := put(t, repository, "p", files("a", "1"))
	put(t, repository, "q", files("a", "1"))
	head, err := repository.Head(t.Context(), "run/p")
	require.NoError(t, err)
	for _, branch := range []string{"run/p", head} {
		again, err := repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: branch, Folder: "p", Author: ada, Message: "m"})
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

func TestHistoryAndDifferenceOfAFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	first := put(t, repository, "p", files("a.tf", "one\ntwo\nthree\n", "gone", "x\n", "binary", "\x00\x01"))
	put(t, repository, "q", files("a", "1"))
	second := put(t, repository, "p", files("a.tf", "one\nTWO\nthree\n", "binary", "\x00\x02", "new", "y\n"))
	log, err := repository.Log(t.Context(), "", "p", 10)
	require.NoError(t, err)
	require.Len(t, log, 2)
	require.Equal(t, []string{second, first}, []string{log[0].Commit, log[1].Commit})
	require.Equal(t, "Merge p", log[0].Message)
	require.Equal(t, ada, log[0].Author)
	short, err := repository.Log(t.Context(), "", "p", 1)
	require.NoError(t, err)
	require.Len(t, short, 1)

	unified, truncated, err := repository.Diff(t.Context(), first, second, "p")
	require.NoError(t, err)
	require.False(t, truncated)
	require.Contains(t, unified, "-two\n+TWO\n")
	require.Contains(t, unified, "Binary files a/p/binary and b/p/binary differ")
	require.NotContains(t, unified, "q/a")
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, "", "clone", "-q", dir, clone)
	git(t, clone, "checkout", "-q", first)
	text, _, err := repository.Diff(t.Context(), first, second, "p")
	require.NoError(t, err)
	withoutBinary := exec.Command("git", "apply", "--exclude=p/binary", "-")
	withoutBinary.Dir, withoutBinary.Env = clone, append(os.Environ(), gitEnv(t)...)
	pipe, err := withoutBinary.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, withoutBinary.Start())
	_, err = pipe.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, pipe.Close())
	require.NoError(t, withoutBinary.Wait(), "git applies the diff")
	require.FileExists(t, filepath.Join(clone, "p/new"))
	require.NoFileExists(t, filepath.Join(clone, "p/gone"))
}

func TestADifferenceIsBounded(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	base, err := repository.Head(t.Context(), "")
	require.NoError(t, err)
	many := map[string][]byte{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		many[name] = make([]byte, 0, 250<<10)
		for len(many[name]) < 249<<10 {
			many[name] = append(many[name], "a line of text\n"...)
		}
	}
	many["huge"] = make([]byte, 1<<20)
	merged := put(t, repository, "p", many)
	unified, truncated, err := repository.Diff(t.Context(), base, merged, "p")
	require.NoError(t, err)
	require.True(t, truncated)
	require.LessOrEqual(t, len(unified), 1<<20)
}

func TestBranches(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	put(t, repository, "p", files("a", "1"))
	git(t, dir, "pack-refs", "--all")
	put(t, repository, "q", files("a", "1"))
	branches, err := repository.Branches(t.Context(), "run/")
	require.NoError(t, err)
	require.Len(t, branches, 2)
	require.NoError(t, repository.DeleteBranch(t.Context(), "run/p"))
	require.NoError(t, repository.DeleteBranch(t.Context(), "run/p"), "a branch that is gone is no error")
	_, err = repository.Head(t.Context(), "run/p")
	requireFault(t, err, fault.NotFound, "run/p")
	requireFault(t, repository.DeleteBranch(t.Context(), "main"), fault.Invalid, "main")
	for _, name := range []string{"", "..", "a..b", "-x", "a b", "refs/heads/x", "a.lock", "x/", "a\x00b"} {
		_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: name, Folder: "p", Author: ada})
		requireFault(t, err, fault.Invalid)
	}
	_, err = repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "run", Folder: "p", Author: ada})
	requireFault(t, err, fault.Invalid, "run")
	require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))
}

func TestAGitGarbageCollectionInBetweenDoesNoHarm(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	put(t, repository, "p", files("a", "1"))
	git(t, dir, "gc", "-q", "--prune=now")
	put(t, repository, "p", files("a", "2"))
	fresh := open(t, dir)
	git(t, dir, "gc", "-q", "--prune=now")
	put(t, fresh, "q", files("a", "1"))
	tree, err := repository.Read(t.Context(), "", "p")
	require.NoError(t, err)
	content, err := tree.Files()
	require.NoError(t, err)
	require.Equal(t, files("a", "2"), content)
	require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))
}

func TestALockThatACrashLeftIsTakenAway(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	repository := open(t, dir)
	lock := filepath.Join(dir, "refs/heads/main.lock")
	require.NoError(t, os.WriteFile(lock, nil, 0o644))
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(lock, old, old))
	put(t, repository, "p", files("a", "1"))
}

func TestPathsThatAreNone(t *testing.T) {
	t.Parallel()
	repository := open(t, filepath.Join(t.TempDir(), "private.git"))
	for _, path := range []string{"", "../x", "/etc/passwd", "a/../../b", ".git/hooks/post-update", "x/.GIT/config", "a\nb", "a//b", "a\\b", "git~1", ".g\u200cit/x", ".git./x", ".git::$INDEX_ALLOCATION/x", "\xff"} {
		_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "b", Folder: "p", Files: files(path, "x"), Author: ada})
		requireFault(t, err, fault.Invalid)
		_, err = repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "b", Folder: path, Files: files("a", "x"), Author: ada})
		requireFault(t, err, fault.Invalid)
	}
	for _, pair := range [][]string{{"a", "a/b"}, {"Readme", "README"}, {"X/a", "x/b"}, {"A", "a/b"}} {
		_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "b", Folder: "p", Files: files(pair[0], "x", pair[1], "y"), Author: ada})
		requireFault(t, err, fault.Invalid, pair[0][:1])
	}
}

func TestAFolderThatIsNoRepositoryIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o644))
	_, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: dir}, t.TempDir())
	requireFault(t, err, fault.Invalid, dir)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
}

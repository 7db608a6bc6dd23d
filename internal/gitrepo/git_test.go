package gitrepo_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

var (
	noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)
	ada  = gitrepo.Signature{Name: "Ada", Email: "ada@example.org", When: noon}
)

// git runs the real git program, without the machine's configuration.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return gitIn(t, dir, nil, args...)
}

func gitIn(t testing.TB, dir string, input []byte, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), gitEnv(t)...)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %s: %s", strings.Join(args, " "), out)
	return strings.TrimSpace(string(out))
}

func gitEnv(t testing.TB) []string {
	return []string{
		"HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_AUTHOR_DATE=2026-03-20T12:00:00Z",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org", "GIT_COMMITTER_DATE=2026-03-20T12:00:00Z",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}
}

// work makes a repository with a working tree, of the given files in one commit.
func work(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	commit(t, dir, files)
	return dir
}

// commit writes files into a working tree and commits them.
func commit(t testing.TB, dir string, files map[string]string) string {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "--allow-empty", "-m", "change")
	return git(t, dir, "rev-parse", "HEAD")
}

// open opens a private repository in a new folder.
func open(t testing.TB, dir string) *gitrepo.Repository {
	t.Helper()
	repository, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: dir, Author: ada}, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(repository.Close)
	return repository
}

// put commits a folder and merges it.
func put(t testing.TB, repository *gitrepo.Repository, folder string, files map[string][]byte) string {
	t.Helper()
	branch := "run/" + strings.ReplaceAll(folder, "/", "-")
	_, err := repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: branch, Folder: folder, Files: files, Author: ada, Message: "Change " + folder})
	require.NoError(t, err)
	merged, err := repository.Merge(t.Context(), gitrepo.MergeRequest{Branch: branch, Folder: folder, Author: ada, Message: "Merge " + folder})
	require.NoError(t, err)
	return merged
}

func files(pairs ...string) map[string][]byte {
	made := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		made[pairs[i]] = []byte(pairs[i+1])
	}
	return made
}

// requireFault checks the code and that both languages say something, with the given part in each.
func requireFault(t testing.TB, err error, code fault.Code, parts ...string) {
	t.Helper()
	require.Error(t, err)
	refused, ok := fault.As(err)
	require.True(t, ok, "not a fault: %v", err)
	require.Equal(t, code, refused.Code(), "%v", err)
	require.NotEqual(t, refused.Message("en"), refused.Message("fr"))
	for _, part := range parts {
		require.Contains(t, refused.Message("en"), part)
		require.Contains(t, refused.Message("fr"), part)
	}
	require.NotContains(t, fmt.Sprint(err), "%!")
}

package gitrepo_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

func fetch(t testing.TB, source gitrepo.Source, dir string, limits gitrepo.Limits) *gitrepo.Snapshot {
	t.Helper()
	snapshot, err := gitrepo.Fetch(t.Context(), source, dir, limits)
	require.NoError(t, err)
	t.Cleanup(snapshot.Close)
	return snapshot
}

func contentOf(t testing.TB, snapshot *gitrepo.Snapshot) map[string][]byte {
	t.Helper()
	content, err := snapshot.FS().Files()
	require.NoError(t, err)
	return content
}

func TestALibraryIsReadFromEverywhere(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"templates/site/main.tf": "resource", "readme.md": "# Library"})
	first := git(t, dir, "rev-parse", "HEAD")
	git(t, dir, "tag", "-a", "v1", "-m", "one")
	second := commit(t, dir, map[string]string{"templates/site/main.tf": "resource 2"})
	git(t, dir, "branch", "next")
	git(t, dir, "tag", "light")
	git(t, dir, "gc", "-q")
	web, sshd := serveHTTP(t, filepath.Dir(dir)), serveSSH(t)
	sources := map[string]gitrepo.Source{
		"path":   {URL: dir},
		"file":   {URL: "file://" + dir},
		"http":   {URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()},
		"ssh":    {URL: sshd.url(dir), Credential: gitrepo.Credential{PrivateKey: sshd.clientKey, KnownHosts: sshd.knownHosts}},
		"hidden": {URL: filepath.Join(dir, ".git")},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := t.TempDir()
			snapshot := fetch(t, source, cache, gitrepo.Limits{})
			require.Equal(t, second, snapshot.Version)
			require.Equal(t, second, snapshot.Commit)
			require.Equal(t, "refs/heads/main", snapshot.Ref)
			require.Equal(t, []gitrepo.Ref{
				{Name: "light", Tag: true, Commit: second}, {Name: "main", Commit: second}, {Name: "next", Commit: second}, {Name: "v1", Tag: true, Commit: first},
			}, snapshot.Refs)
			require.Equal(t, files("templates/site/main.tf", "resource 2", "readme.md", "# Library"), contentOf(t, snapshot))
			require.NoError(t, fstest.TestFS(snapshot.FS(), "templates/site/main.tf", "readme.md"))

			for _, ref := range []string{"v1", "refs/tags/v1", first} {
				source.Ref = ref
				old := fetch(t, source, cache, gitrepo.Limits{})
				require.Equal(t, first, old.Version, ref)
				require.Equal(t, "resource", string(contentOf(t, old)["templates/site/main.tf"]))
			}
			for _, ref := range []string{"none", "refs/heads/none", "../../x", hex.EncodeToString(make([]byte, 20)), "0123456789012345678901234567890123456789"} {
				source.Ref = ref
				_, err := gitrepo.Fetch(t.Context(), source, cache, gitrepo.Limits{})
				requireFault(t, err, fault.NotFound, ref)
			}
			again, err := gitrepo.Cached(t.Context(), cache, first, gitrepo.Limits{})
			require.NoError(t, err)
			require.Equal(t, first, again.Commit)
			again.Close()
			_, err = gitrepo.Cached(t.Context(), cache, "0123456789012345678901234567890123456789", gitrepo.Limits{})
			requireFault(t, err, fault.NotFound)
			_, err = gitrepo.Cached(t.Context(), filepath.Join(cache, "none"), first, gitrepo.Limits{})
			requireFault(t, err, fault.NotFound)
		})
	}
}

func TestACommitWithoutAReferenceIsFetchedIntoAnEmptyCache(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"a": "1"})
	first := git(t, dir, "rev-parse", "HEAD")
	commit(t, dir, map[string]string{"a": "2"})
	web := serveHTTP(t, filepath.Dir(dir))
	source := gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot(), Ref: first}
	require.Equal(t, "1", string(contentOf(t, fetch(t, source, t.TempDir(), gitrepo.Limits{}))["a"]))
	git(t, dir, "config", "uploadpack.allowReachableSHA1InWant", "true")
	require.Equal(t, "1", string(contentOf(t, fetch(t, source, t.TempDir(), gitrepo.Limits{}))["a"]))
}

func TestOnlyWhatIsNewIsTransferred(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 1<<20)
	_, _ = rand.Read(noise)
	dir := work(t, map[string]string{"large": string(noise), "a": "0"})
	web := serveHTTP(t, filepath.Dir(dir))
	source, cache := gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()}, t.TempDir()
	fetch(t, source, cache, gitrepo.Limits{})
	require.Greater(t, web.received.Load(), int64(1<<20))
	for round := range 5 {
		want := fmt.Sprint(round % 2) // also back to a content that an older commit had
		commit(t, dir, map[string]string{"a": want})
		before := web.received.Load()
		snapshot := fetch(t, source, cache, gitrepo.Limits{})
		require.Less(t, web.received.Load()-before, int64(8<<10))
		require.Equal(t, want, string(contentOf(t, snapshot)["a"]))
		require.Len(t, contentOf(t, snapshot)["large"], 1<<20)
	}
	before := web.received.Load()
	fetch(t, source, cache, gitrepo.Limits{})
	require.Less(t, web.received.Load()-before, int64(1<<10), "nothing new is nothing sent but the references")
}

func TestManyFilesComeAsAPackAndOverAnOldOne(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 300 {
		many[fmt.Sprintf("d%d/f%d", i%10, i)] = fmt.Sprintf("content %d of a file that is alike others", i)
	}
	dir := work(t, many)
	git(t, dir, "gc", "-q")
	web := serveHTTP(t, filepath.Dir(dir))
	source, cache := gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()}, t.TempDir()
	require.Len(t, contentOf(t, fetch(t, source, cache, gitrepo.Limits{})), 300)
	packs, err := filepath.Glob(filepath.Join(cache, "objects/pack/*.pack"))
	require.NoError(t, err)
	require.Len(t, packs, 1)
	commit(t, dir, map[string]string{"d1/f1": "changed"})
	require.Equal(t, "changed", string(contentOf(t, fetch(t, source, cache, gitrepo.Limits{}))["d1/f1"]))
}

func TestADamagedCacheMendsItself(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"a": "1", "b/c": "2"})
	web := serveHTTP(t, filepath.Dir(dir))
	source, cache := gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()}, t.TempDir()
	fetch(t, source, cache, gitrepo.Limits{})
	blob := git(t, dir, "rev-parse", "HEAD:b/c")
	require.NoError(t, os.Remove(filepath.Join(cache, "objects", blob[:2], blob[2:])))
	require.Equal(t, "2", string(contentOf(t, fetch(t, source, cache, gitrepo.Limits{}))["b/c"]))
}

func TestSeveralFetchAtOnceIntoOneCache(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"a": "1"})
	web := serveHTTP(t, filepath.Dir(dir))
	source, cache := gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()}, t.TempDir()
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			require.Equal(t, "1", string(contentOf(t, fetch(t, source, cache, gitrepo.Limits{}))["a"]))
		})
	}
	group.Wait()
}

func TestAPlainFolderIsALibrary(t *testing.T) {
	t.Parallel()
	dir, cache := t.TempDir(), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "t/x"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "t/x/main.tf"), []byte("1"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "run.sh"), []byte("1"), 0o755))
	require.NoError(t, os.Symlink("t/x/main.tf", filepath.Join(dir, "link.tf")))
	snapshot := fetch(t, gitrepo.Source{URL: dir}, cache, gitrepo.Limits{})
	require.Equal(t, files("t/x/main.tf", "1", "run.sh", "1", "link.tf", "1"), contentOf(t, snapshot))
	require.Equal(t, []string{"run.sh"}, snapshot.FS().Executables())
	require.Empty(t, snapshot.Commit)
	require.Len(t, snapshot.Version, 40)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "t/x/main.tf"), []byte("2"), 0o644))
	changed := fetch(t, gitrepo.Source{URL: dir}, cache, gitrepo.Limits{})
	require.NotEqual(t, snapshot.Version, changed.Version)
	require.Equal(t, "1", string(contentOf(t, snapshot)["t/x/main.tf"]), "a snapshot stays what it was")
	old, err := gitrepo.Cached(t.Context(), cache, snapshot.Version, gitrepo.Limits{})
	require.NoError(t, err)
	defer old.Close()
	require.Equal(t, "1", string(contentOf(t, old)["t/x/main.tf"]))
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: dir, Ref: "v1"}, cache, gitrepo.Limits{})
	requireFault(t, err, fault.NotFound, "v1")
}

func TestFilesOfTheBinaryAreALibrary(t *testing.T) {
	t.Parallel()
	embedded := fstest.MapFS{"base/main.tf": {Data: []byte("1")}, "base/run.sh": {Data: []byte("2"), Mode: 0o755}}
	snapshot, err := gitrepo.FromFS(t.Context(), embedded, gitrepo.Limits{})
	require.NoError(t, err)
	defer snapshot.Close()
	require.Equal(t, files("base/main.tf", "1", "base/run.sh", "2"), contentOf(t, snapshot))
	require.NoError(t, fstest.TestFS(snapshot.FS(), "base/main.tf"))
	sub, err := fs.Sub(snapshot.FS(), "base")
	require.NoError(t, err)
	require.NoError(t, fstest.TestFS(sub, "main.tf"))
	same, err := gitrepo.FromFS(t.Context(), embedded, gitrepo.Limits{})
	require.NoError(t, err)
	require.Equal(t, snapshot.Version, same.Version)
	dir := work(t, map[string]string{"base/main.tf": "1", "base/run.sh": "2"})
	require.NoError(t, os.Chmod(filepath.Join(dir, "base/run.sh"), 0o755))
	commit(t, dir, nil)
	require.Equal(t, git(t, dir, "rev-parse", "HEAD^{tree}"), snapshot.Version, "the hash is git's own")
}

func TestAFetchEndsInTime(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	for _, scheme := range []string{"http", "ssh"} {
		source := gitrepo.Source{URL: scheme + "://" + listener.Addr().String() + "/x.git"}
		_, err = gitrepo.Fetch(t.Context(), source, t.TempDir(), gitrepo.Limits{Time: 100 * time.Millisecond})
		requireFault(t, err, fault.Limited, "100ms")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = gitrepo.Fetch(ctx, source, t.TempDir(), gitrepo.Limits{})
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "x", "../x", "ftp://h/x", "git://h/x", "ext::sh -c touch% x", "https://", "file://relative", "https://h/\n", "javascript:alert(1)"} {
		_, err := gitrepo.Fetch(t.Context(), gitrepo.Source{URL: address}, t.TempDir(), gitrepo.Limits{})
		requireFault(t, err, fault.Invalid)
	}
	_, err := gitrepo.Fetch(t.Context(), gitrepo.Source{URL: "https://me:hunter2@h/x"}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.Invalid)
	require.NotContains(t, err.Error(), "hunter2")
}

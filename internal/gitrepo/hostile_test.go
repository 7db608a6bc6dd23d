package gitrepo_test

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

// treeEntry is a line of a tree that git itself would refuse to make.
type treeEntry struct{ mode, name, hash string }

// writeTree stores a tree object as it is, however wrong.
func writeTree(t testing.TB, dir string, entries ...treeEntry) string {
	t.Helper()
	var data bytes.Buffer
	for _, entry := range entries {
		raw, err := hex.DecodeString(entry.hash)
		require.NoError(t, err)
		fmt.Fprintf(&data, "%s %s\x00%s", entry.mode, entry.name, raw)
	}
	return gitIn(t, dir, data.Bytes(), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
}

func writeBlob(t testing.TB, dir, content string) string {
	t.Helper()
	return gitIn(t, dir, []byte(content), "hash-object", "-w", "--stdin")
}

// point moves main to a commit of a tree.
func point(t testing.TB, dir, tree string) {
	t.Helper()
	git(t, dir, "update-ref", "refs/heads/main", git(t, dir, "commit-tree", "-m", "hostile", tree))
}

func TestHostileTreesAreRefused(t *testing.T) {
	t.Parallel()
	small := gitrepo.Limits{File: 2000, Files: 50, Bytes: 200_000}
	link := func(target string) func(testing.TB, string) string {
		return func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"120000", "evil", writeBlob(t, dir, target)}, treeEntry{"40000", "sub", writeTree(t, dir, treeEntry{"100644", "x", writeBlob(t, dir, "1")})})
		}
	}
	named := func(name string) func(testing.TB, string) string {
		return func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"100644", name, writeBlob(t, dir, "x")})
		}
	}
	cases := map[string]struct {
		make func(testing.TB, string) string
		code fault.Code
		part string
	}{
		"link up":                {link("../../etc/passwd"), fault.Invalid, "evil"},
		"link root":              {link("/etc/passwd"), fault.Invalid, "evil"},
		"link through":           {link("sub/../../x"), fault.Invalid, "evil"},
		"link to itself":         {link("evil"), fault.Invalid, "evil"},
		"link to its folder":     {link("."), fault.Invalid, "evil"},
		"link to nowhere":        {link("missing"), fault.Invalid, "evil"},
		"link with zero":         {link("a\x00b"), fault.Invalid, "evil"},
		"link of great length":   {link(strings.Repeat("sub/../", 150) + "sub"), fault.Invalid, "evil"},
		"dot dot":                {named(".."), fault.Invalid, ".."},
		"dot":                    {named("."), fault.Invalid, "."},
		"slash":                  {named("a/b"), fault.Invalid, "a/b"},
		"backslash":              {named(`..\x`), fault.Invalid, `..\\x`},
		"control characters":     {named("a\nb"), fault.Invalid, `a\nb`},
		"escape sequence":        {named("a\x1b[2Jb"), fault.Invalid, `a\x1b[2Jb`},
		"no unicode":             {named("a\xff"), fault.Invalid, `a\xff`},
		"long name":              {named(strings.Repeat("a", 300)), fault.Invalid, "aaa"},
		"git folder":             {named(".git"), fault.Invalid, ".git"},
		"git folder in capitals": {named(".GiT"), fault.Invalid, ".GiT"},
		"git folder on a Mac":    {named(".g\u200cit"), fault.Invalid, "it"},
		"git folder on NTFS":     {named("GIT~1"), fault.Invalid, "GIT~1"},
		"submodule": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"160000", "module", git(t, dir, "rev-parse", "main")})
		}, fault.Invalid, "module"},
		"same name twice": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"100644", "a", writeBlob(t, dir, "1")}, treeEntry{"100644", "a", writeBlob(t, dir, "2")})
		}, fault.Invalid, "a"},
		"same name in capitals": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"120000", "Dir", writeBlob(t, dir, ".git")}, treeEntry{"100644", "dir", writeBlob(t, dir, "2")})
		}, fault.Invalid, "Dir"},
		"odd mode": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"10644", "pipe", writeBlob(t, dir, "1")})
		}, fault.Invalid, ""},
		"a tree that is a file": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"40000", "d", writeBlob(t, dir, "1")})
		}, "", ""},
		"a large file": {func(t testing.TB, dir string) string {
			return writeTree(t, dir, treeEntry{"100644", "big.bin", writeBlob(t, dir, strings.Repeat("x", 2001))})
		}, fault.Limited, "big.bin"},
		"many files": {func(t testing.TB, dir string) string {
			blob, entries := writeBlob(t, dir, "x"), []treeEntry{}
			for i := range 51 {
				entries = append(entries, treeEntry{"100644", fmt.Sprintf("f%02d", i), blob})
			}
			return writeTree(t, dir, entries...)
		}, fault.Limited, "50"},
		"a small tree of endless size": {func(t testing.TB, dir string) string {
			tree := writeTree(t, dir, treeEntry{"100644", "f", writeBlob(t, dir, "x")})
			for range 30 {
				tree = writeTree(t, dir, treeEntry{"40000", "a", tree}, treeEntry{"40000", "b", tree}, treeEntry{"40000", "c", tree})
			}
			return tree
		}, fault.Limited, "50"},
		"a deep tree": {func(t testing.TB, dir string) string {
			tree := writeTree(t, dir, treeEntry{"100644", "f", writeBlob(t, dir, "x")})
			for range 70 {
				tree = writeTree(t, dir, treeEntry{"40000", "d", tree})
			}
			return tree
		}, fault.Limited, "50"},
		"links to folders of links": {func(t testing.TB, dir string) string {
			a := writeTree(t, dir, treeEntry{"120000", "to-b", writeBlob(t, dir, "../b")})
			b := writeTree(t, dir, treeEntry{"120000", "to-a", writeBlob(t, dir, "../a")})
			return writeTree(t, dir, treeEntry{"40000", "a", a}, treeEntry{"40000", "b", b})
		}, fault.Invalid, "to-b"},
	}
	for name, hostile := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := work(t, map[string]string{"good": "1"})
			web := serveHTTP(t, filepath.Dir(dir))
			sources := map[string]gitrepo.Source{
				"path": {URL: dir}, "http": {URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()},
			}
			caches := map[string]string{"path": t.TempDir(), "http": t.TempDir()}
			good := fetch(t, sources["http"], caches["http"], small)
			before := listing(t, caches["http"])
			point(t, dir, hostile.make(t, dir))
			for way, source := range sources {
				_, err := gitrepo.Fetch(t.Context(), source, caches[way], small)
				if hostile.code == "" && way == "http" {
					continue // git itself refuses to serve it
				}
				requireFault(t, err, cmp.Or(hostile.code, fault.Invalid), hostile.part)
			}
			require.Equal(t, before, listing(t, caches["http"]), "nothing half-made is left")
			require.Equal(t, files("good", "1"), contentOf(t, good))
		})
	}
}

// listing names every file below a folder.
func listing(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	}))
	return names
}

func TestLinksWithinTheTreeAreFollowed(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"shared/a.tf": "1", "shared/deep/b.tf": "2"})
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "t/x"), 0o755))
	require.NoError(t, os.Symlink("../../shared/a.tf", filepath.Join(dir, "t/x/a.tf")))
	require.NoError(t, os.Symlink("../shared", filepath.Join(dir, "t/all")))
	require.NoError(t, os.Symlink("all/deep/b.tf", filepath.Join(dir, "t/chain.tf")))
	commit(t, dir, nil)
	snapshot := fetch(t, gitrepo.Source{URL: dir}, t.TempDir(), gitrepo.Limits{})
	require.Equal(t, files("shared/a.tf", "1", "shared/deep/b.tf", "2", "t/x/a.tf", "1", "t/all/a.tf", "1", "t/all/deep/b.tf", "2", "t/chain.tf", "2"), contentOf(t, snapshot))
	require.NoError(t, fstest.TestFS(snapshot.FS(), "t/all/deep/b.tf"))
}

// A file of two gigabytes of zeros compresses to two megabytes. What is forged here says that it is one and
// goes on for ever. The test is not parallel: it counts memory.
func TestAFileOfTwoGigabytesIsRefusedInLittleMemory(t *testing.T) {
	dir := work(t, map[string]string{"good": "1"})
	huge := strings.Repeat("ab", 20)
	path := filepath.Join(dir, ".git/objects", huge[:2], huge[2:])
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, deflate("blob 2147483648\x00"+strings.Repeat("\x00", 1<<20)), 0o644))
	point(t, dir, writeTree(t, dir, treeEntry{"100644", "huge.bin", huge}))
	var err error
	used := allocated(func() {
		_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: dir}, t.TempDir(), gitrepo.Limits{})
	})
	requireFault(t, err, fault.Limited, "huge.bin", "2 G", "10 M")
	require.Less(t, used, uint64(8<<20))

	header := string([]byte{0xb0, 0x80, 0x80, 0x80, 0x40}) // a blob of 1<<31 bytes
	for name, object := range map[string]string{
		"honest": header, "a delta to it": "\x76" + strings.Repeat("\xab", 20) + string(deflate("\x80\x80\x80\x80\x08\x01")),
		"it says it is small": "\x31",
	} {
		t.Run(name, func(t *testing.T) {
			zeros := string(deflate(strings.Repeat("\x00", 64<<20)))
			url := lyingServer(t, nil, func(w http.ResponseWriter) {
				_, _ = io.WriteString(w, pktLine("\x01PACK\x00\x00\x00\x02\x00\x00\x00\x01"+object))
				for part := range slices.Chunk([]byte(zeros), 60_000) {
					_, _ = io.WriteString(w, pktLine("\x01"+string(part)))
				}
				_, _ = io.WriteString(w, "0000")
			})
			used := allocated(func() {
				_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: url}, t.TempDir(), gitrepo.Limits{})
			})
			if object == header || len(object) > 20 {
				requireFault(t, err, fault.Limited, "2 G", "10 M")
			} else {
				requireFault(t, err, fault.Invalid)
			}
			require.Less(t, used, uint64(32<<20))
		})
	}
}

func deflate(text string) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.Bytes()
}

// allocated is how many bytes of memory do asks for.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestARepositoryThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	dir := work(t, map[string]string{"a": "1"})
	for i := range 20 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprint("f", i)), bytes.Repeat([]byte{byte(i)}, 9000), 0o644))
	}
	commit(t, dir, nil)
	web := serveHTTP(t, filepath.Dir(dir))
	for _, source := range []gitrepo.Source{{URL: dir}, {URL: web.URL + "/" + filepath.Base(dir) + "/.git", Credential: bot()}} {
		_, err := gitrepo.Fetch(t.Context(), source, t.TempDir(), gitrepo.Limits{Bytes: 100_000})
		requireFault(t, err, fault.Limited, "97.66")
	}
}

func TestServersThatLieAreRefused(t *testing.T) {
	t.Parallel()
	line := pktLine
	endless := func(w io.Writer, text string) {
		for {
			if _, err := io.WriteString(w, text); err != nil {
				return
			}
		}
	}
	cases := map[string]struct {
		refs, pack func(http.ResponseWriter)
		code       fault.Code
	}{
		"endless references": {refs: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, advertisement()[:len(advertisement())-4])
			for i := 0; ; i++ {
				if _, err := io.WriteString(w, line(fmt.Sprintf("%040x refs/heads/b%d\n", i, i))); err != nil {
					return
				}
			}
		}, code: fault.Limited},
		"endless chatter": {pack: func(w http.ResponseWriter) { endless(w, line("\x02hello")) }, code: fault.Limited},
		"an endless pack": {pack: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, line("\x01PACK\x00\x00\x00\x02\x00\x00\xff\xff"))
			endless(w, line("\x01"+strings.Repeat("\xff", 1000)))
		}, code: ""},
		"no pack": {pack: func(w http.ResponseWriter) { _, _ = io.WriteString(w, line("NAK\n")) }, code: fault.Unavailable},
		"half a pack": {pack: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, line("\x01PACK\x00\x00\x00\x02\x00\x00\x00\x05")+"0000")
		}, code: fault.Invalid},
		"too many objects": {pack: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, line("\x01PACK\x00\x00\x00\x02\xff\xff\xff\xff")+"0000")
		}, code: fault.Limited},
		"an empty pack": {pack: func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, line("\x01PACK\x00\x00\x00\x02\x00\x00\x00\x00"+"\x02\x9d\x08\x82\x3b\xd8\xa8\xea\xb5\x10\xad\x6a\xc7\x5c\x82\x3c\xfd\x3e\xd3\x1e")+"0000")
		}, code: fault.NotFound},
		"a cry": {pack: func(w http.ResponseWriter) { _, _ = io.WriteString(w, line("\x03out of \x1b[31mmemory\n")) }, code: fault.Unavailable},
		"a page": {refs: func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>")
		}, code: fault.Unavailable},
		"a redirect to a file": {refs: func(w http.ResponseWriter) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		}, code: fault.Unavailable},
	}
	for name, lie := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := lyingServer(t, lie.refs, lie.pack)
			cache := t.TempDir()
			_, err := gitrepo.Fetch(t.Context(), gitrepo.Source{URL: url}, cache, gitrepo.Limits{Bytes: 1 << 20})
			if lie.code == "" {
				lie.code = fault.CodeOf(err)
				require.NotEqual(t, fault.Internal, lie.code)
			}
			requireFault(t, err, lie.code)
			require.NotContains(t, err.Error(), "\x1b")
			left, err := filepath.Glob(filepath.Join(cache, "incoming-*"))
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestACredentialStaysWithItsServer(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 10)
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		seen <- request.Header.Get("Authorization")
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(thief.Close)
	honest := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, thief.URL+request.URL.RequestURI(), http.StatusFound)
	}))
	t.Cleanup(honest.Close)
	_, err := gitrepo.Fetch(t.Context(), gitrepo.Source{URL: honest.URL + "/x.git", Credential: bot()}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.NotFound)
	require.Empty(t, <-seen)
}

func pktLine(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }

// advertisement is what a server with one branch says first.
func advertisement() string {
	one := strings.Repeat("1", 40)
	return pktLine("# service=git-upload-pack\n") + "0000" +
		pktLine(one+" HEAD\x00side-band-64k shallow\n") + pktLine(one+" refs/heads/main\n") + "0000"
}

// lyingServer answers with what it is told to; without refs it has one branch.
func lyingServer(t testing.TB, refs, pack func(http.ResponseWriter)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		switch {
		case request.Method == http.MethodPost:
			pack(w)
		case refs != nil:
			refs(w)
		default:
			_, _ = io.WriteString(w, advertisement())
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/x.git"
}

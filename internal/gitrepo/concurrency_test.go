package gitrepo_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/internal/gitrepo"
)

const (
	writerVariable = "GITREPO_TEST_WRITER" // makes the test program one more writer: NAME=FOLDER
	writersEach    = 16
	roundsEach     = 4
)

func TestMain(m *testing.M) {
	if name, dir, ok := strings.Cut(os.Getenv(writerVariable), "="); ok {
		if err := writeMuch(context.Background(), dir, name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	_ = flag.Set("rapid.checks", "25") // every step waits for the disk; the command line still has the last word
	_ = flag.Set("rapid.steps", "20")
	os.Exit(m.Run())
}

// writeMuch writes many folders at once, several times each.
func writeMuch(ctx context.Context, dir, name string) error {
	repository, err := gitrepo.Open(ctx, gitrepo.Remote{URL: dir, Author: ada}, "")
	if err != nil {
		return err
	}
	defer repository.Close()
	failed := make(chan error, writersEach)
	for writer := range writersEach {
		go func() { failed <- writeRounds(ctx, repository, fmt.Sprintf("p/%s-%d", name, writer)) }()
	}
	var all error
	for range writersEach {
		all = errors.Join(all, <-failed)
	}
	return all
}

func writeRounds(ctx context.Context, repository *gitrepo.Repository, folder string) error {
	for round := range roundsEach {
		branch := fmt.Sprintf("run/%s/%d", folder, round)
		content := files("round", fmt.Sprint(round), fmt.Sprintf("only-%d", round), folder)
		if _, err := repository.Commit(ctx, gitrepo.CommitRequest{Branch: branch, Folder: folder, Files: content, Author: ada, Message: branch}); err != nil {
			return err
		}
		if _, err := repository.Merge(ctx, gitrepo.MergeRequest{Branch: branch, Folder: folder, Author: ada, Message: "Merge " + branch}); err != nil {
			return err
		}
		if err := repository.DeleteBranch(ctx, branch); err != nil {
			return err
		}
	}
	return nil
}

func TestSeveralProcessesWriteAtOnceAndNothingIsLost(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "private.git")
	self, err := os.Executable()
	require.NoError(t, err)
	var group sync.WaitGroup
	for _, name := range []string{"two", "three"} {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), writerVariable+"="+name+"="+dir)
		group.Go(func() {
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
		})
	}
	group.Go(func() { require.NoError(t, writeMuch(t.Context(), dir, "one")) })
	group.Wait()

	require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))
	require.Equal(t, fmt.Sprint(3*writersEach*roundsEach), git(t, dir, "rev-list", "--count", "--first-parent", "--merges", "main"))
	repository := open(t, dir)
	for _, name := range []string{"one", "two", "three"} {
		for writer := range writersEach {
			folder := fmt.Sprintf("p/%s-%d", name, writer)
			tree, err := repository.Read(t.Context(), "", folder)
			require.NoError(t, err)
			content, err := tree.Files()
			require.NoError(t, err)
			last := roundsEach - 1
			require.Equal(t, files("round", fmt.Sprint(last), fmt.Sprintf("only-%d", last), folder), content)
		}
	}
	branches, err := repository.Branches(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, branches, 1)
}

// world is what a sequence of commits and merges should have made.
type world struct {
	dir      string
	handles  []*gitrepo.Repository
	main     map[string]map[string][]byte // merged content by folder
	pending  map[string]pending           // by branch
	branches int
}

type pending struct {
	folder  string
	content map[string][]byte
	seen    map[string][]byte // what the folder held when the branch left main
}

// Whatever the order of commits and merges by several writers, main holds what was merged last into each
// folder, a branch of a folder that moved is refused, and git finds the repository sound.
func TestAnySequenceOfCommitsAndMergesLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, rt)
		rt.Repeat(map[string]func(*rapid.T){"commit": w.commit, "merge": w.merge, "": w.check})
		for _, handle := range w.handles {
			handle.Close()
		}
	})
}

func newWorld(t *testing.T, rt *rapid.T) *world {
	dir, err := os.MkdirTemp(t.TempDir(), "private") //nolint:usetesting // a world for each of rapid's cases, within the one test
	require.NoError(rt, err)
	w := &world{dir: dir, main: map[string]map[string][]byte{}, pending: map[string]pending{}}
	for range 3 {
		handle, err := gitrepo.Open(context.Background(), gitrepo.Remote{URL: dir, Author: ada}, "")
		require.NoError(rt, err)
		w.handles = append(w.handles, handle)
	}
	return w
}

func (w *world) handle(rt *rapid.T) *gitrepo.Repository {
	return rapid.SampledFrom(w.handles).Draw(rt, "writer")
}

func (w *world) commit(rt *rapid.T) {
	folder := rapid.SampledFrom([]string{"a", "b", "deep/a", "deep/b", "deep/er/a"}).Draw(rt, "folder")
	paths := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "y", "z/x", "z/y", "q/w/e"}), 0, 4, rapid.ID[string]).Draw(rt, "paths")
	content := map[string][]byte{}
	for _, path := range paths {
		content[path] = []byte(rapid.SampledFrom([]string{"", "1", "2", "three\n"}).Draw(rt, "content"))
	}
	w.branches++
	branch := fmt.Sprintf("b%d", w.branches)
	author := ada
	author.When = noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(rt, "clock")) * time.Second)
	_, err := w.handle(rt).Commit(context.Background(), gitrepo.CommitRequest{Branch: branch, Folder: folder, Files: content, Author: author, Message: branch})
	require.NoError(rt, err)
	w.pending[branch] = pending{folder: folder, content: content, seen: w.main[folder]}
}

func (w *world) merge(rt *rapid.T) {
	if len(w.pending) == 0 {
		rt.Skip("nothing to merge")
	}
	var names []string
	for name := range w.pending {
		names = append(names, name)
	}
	slices.Sort(names)
	branch := rapid.SampledFrom(names).Draw(rt, "branch")
	p := w.pending[branch]
	delete(w.pending, branch)
	_, err := w.handle(rt).Merge(context.Background(), gitrepo.MergeRequest{Branch: branch, Folder: p.folder, Author: ada, Message: "merge " + branch})
	now := w.main[p.folder]
	if !sameFiles(now, p.seen) && !sameFiles(now, p.content) {
		require.ErrorIs(rt, err, gitrepo.ErrFolderMoved)
		return
	}
	require.NoError(rt, err)
	w.main[p.folder] = p.content
}

func (w *world) check(rt *rapid.T) {
	expected := map[string]string{}
	for folder, content := range w.main {
		for path, data := range content {
			expected[folder+"/"+path] = string(data)
		}
	}
	tree, err := w.handle(rt).Read(context.Background(), "", "")
	require.NoError(rt, err)
	found, err := tree.Files()
	require.NoError(rt, err)
	delete(found, "README.md")
	actual := map[string]string{}
	for path, data := range found {
		actual[path] = string(data)
	}
	require.Equal(rt, expected, actual)
}

func sameFiles(a, b map[string][]byte) bool {
	if len(a) != len(b) {
		return false
	}
	for path, data := range a {
		if other, ok := b[path]; !ok || string(other) != string(data) {
			return false
		}
	}
	return true
}

// BenchmarkCommitAndMerge measures one change of one project among 500.
func BenchmarkCommitAndMerge(b *testing.B) {
	repository, folders := projects(b, 500)
	round := 0
	for b.Loop() {
		round++
		folder := folders[round%len(folders)]
		put(b, repository, folder, files("main.tf", fmt.Sprint(round), "same.tf", "resource"))
	}
}

// A commit and a merge among 500 projects take little longer than among five. They are measured in turns, for machines
// that are busy; the benchmark tells how long.
func TestACommitAndAMergeAreQuickAmongManyProjects(t *testing.T) {
	many, manyFolders := projects(t, 500)
	few, fewFolders := projects(t, 5)
	var among500, among5 []time.Duration
	for round := range 40 {
		content := files("main.tf", fmt.Sprint(round))
		began := time.Now()
		put(t, many, manyFolders[round*7], content)
		half := time.Now()
		put(t, few, fewFolders[round%5], content)
		among500, among5 = append(among500, half.Sub(began)), append(among5, time.Since(half))
	}
	slices.Sort(among500)
	slices.Sort(among5)
	t.Logf("commit and merge: median %s among 500 projects, %s among 5", among500[20], among5[20])
	require.Less(t, among500[20], 5*among5[20])
}

// projects makes a repository with so many of them.
func projects(t testing.TB, count int) (*gitrepo.Repository, []string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "private.git")
	git(t, "", "init", "-q", "--bare", "-b", "main", dir)
	var stream strings.Builder
	fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Ada <ada@example.org> %d +0000\ndata 5\nbegin\n", noon.Unix())
	var folders []string
	for i := range count {
		folder := fmt.Sprintf("terraform/PROJECT%03d", i)
		folders = append(folders, folder)
		for file := range 8 {
			content := fmt.Sprintf("project %d file %d", i, file)
			fmt.Fprintf(&stream, "M 100644 inline %s/f%d.tf\ndata %d\n%s\n", folder, file, len(content), content)
		}
	}
	gitIn(t, dir, []byte(stream.String()), "fast-import", "--quiet")
	return open(t, dir), folders
}

package gitrepo_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

// remotes are the ways to reach one bare repository on a server.
func remotes(t *testing.T, dir string) map[string]gitrepo.Remote {
	web, sshd := serveHTTP(t, filepath.Dir(dir)), serveSSH(t)
	return map[string]gitrepo.Remote{
		"http": {URL: web.URL + "/" + filepath.Base(dir), Credential: bot(), Author: ada},
		"ssh":  {URL: sshd.url(dir), Author: ada, Credential: gitrepo.Credential{PrivateKey: sshd.clientKey, KnownHosts: sshd.knownHosts}},
	}
}

func TestARemoteRepositoryIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	for name := range map[string]bool{"http": true, "ssh": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := bare(t)
			remote := remotes(t, dir)[name]
			repository, err := gitrepo.Open(t.Context(), remote, t.TempDir())
			require.NoError(t, err)
			defer repository.Close()
			first := put(t, repository, "terraform/A", files("a", "1"))
			put(t, repository, "terraform/B", files("b", "1"))
			second := put(t, repository, "terraform/A", files("a", "2"))
			require.Equal(t, second, git(t, dir, "rev-parse", "main"))
			require.Empty(t, git(t, dir, "fsck", "--strict", "--full", "--no-dangling"))
			require.Equal(t, "2", git(t, dir, "show", "main:terraform/A/a"))

			elsewhere, err := gitrepo.Open(t.Context(), remote, t.TempDir())
			require.NoError(t, err)
			defer elsewhere.Close()
			old, err := elsewhere.Read(t.Context(), first, "terraform/A")
			require.NoError(t, err)
			content, err := old.Files()
			require.NoError(t, err)
			require.Equal(t, files("a", "1"), content)
			log, err := elsewhere.Log(t.Context(), "", "terraform/A", 10)
			require.NoError(t, err)
			require.Len(t, log, 2)
			_, err = elsewhere.Commit(t.Context(), gitrepo.CommitRequest{Branch: "old", Base: first, Folder: "terraform/C", Files: files("c", "1"), Author: ada, Message: "on an old base"})
			require.NoError(t, err)
			_, err = elsewhere.Merge(t.Context(), gitrepo.MergeRequest{Branch: "old", Folder: "terraform/C", Author: ada, Message: "m"})
			require.NoError(t, err)
			require.NoError(t, elsewhere.DeleteBranch(t.Context(), "old"))
			branches, err := repository.Branches(t.Context(), "")
			require.NoError(t, err)
			require.Len(t, branches, 3)
			tree, err := repository.Read(t.Context(), "", "terraform/C")
			require.NoError(t, err)
			require.NotEmpty(t, tree.Hash())
		})
	}
}

func TestWritersOfARemoteRepositoryLoseNothing(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	remote := remotes(t, dir)["http"]
	var group sync.WaitGroup
	for replica := range 2 {
		repository, err := gitrepo.Open(t.Context(), remote, t.TempDir())
		require.NoError(t, err)
		t.Cleanup(repository.Close)
		for writer := range 2 {
			group.Go(func() {
				for round := range 3 {
					put(t, repository, fmt.Sprintf("p/%d-%d", replica, writer), files("round", fmt.Sprint(round)))
				}
			})
		}
	}
	group.Wait()
	for replica := range 2 {
		for writer := range 2 {
			require.Equal(t, "2", git(t, dir, "show", fmt.Sprintf("main:p/%d-%d/round", replica, writer)))
		}
	}
	require.Equal(t, "12", git(t, dir, "rev-list", "--merges", "--count", "main"))
}

func TestAServerThatRefusesABranchIsQuoted(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	remote := remotes(t, dir)["http"]
	repository, err := gitrepo.Open(t.Context(), remote, t.TempDir())
	require.NoError(t, err)
	defer repository.Close()
	hook := "#!/bin/sh\necho 'main is protected here' >&2\nexit 1\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "hooks/pre-receive"), []byte(hook), 0o755))
	_, err = repository.Commit(t.Context(), gitrepo.CommitRequest{Branch: "b", Folder: "p", Files: files("a", "1"), Author: ada})
	requireFault(t, err, fault.Denied, "main is protected here")
}

func TestAServerThatIsAway(t *testing.T) {
	t.Parallel()
	gone := "http://127.0.0.1:" + freePort(t) + "/x.git"
	_, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: gone}, t.TempDir())
	requireFault(t, err, fault.Unavailable, "127.0.0.1")
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: gone}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.Unavailable, "127.0.0.1")
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: "ssh://git@127.0.0.1:" + freePort(t) + "/x.git"}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.Unavailable, "127.0.0.1")
}

func TestAMomentOfAbsenceIsBridged(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	remote := remotes(t, dir)["http"]
	repository, err := gitrepo.Open(t.Context(), remote, t.TempDir())
	require.NoError(t, err)
	repository.Close()
	var calls atomic.Int64
	genuine := remote.URL[:len(remote.URL)-len("/"+filepath.Base(dir))]
	flaky := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if calls.Add(1)%2 == 1 && request.Method == http.MethodGet {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		forward(w, request, genuine)
	}))
	t.Cleanup(flaky.Close)
	remote.URL = flaky.URL + "/" + filepath.Base(dir)
	repository, err = gitrepo.Open(t.Context(), remote, t.TempDir())
	require.NoError(t, err)
	defer repository.Close()
	put(t, repository, "p", files("a", "1"))
}

func TestASSHConnectionThatWasCutIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	sshd := serveSSH(t)
	relay := relayTo(t, sshd.address)
	credential := gitrepo.Credential{PrivateKey: sshd.clientKey, Username: sshd.user}
	repository, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: "ssh://" + relay.address + dir, Credential: credential, Author: ada}, t.TempDir())
	require.NoError(t, err)
	defer repository.Close()
	relay.cut()
	first := put(t, repository, "p", files("a", "1"))
	relay.cut()
	head, err := repository.Head(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, first, head)
}

func TestACredentialThatIsRefused(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	all := remotes(t, dir)
	web := all["http"]
	web.Credential.Token = "wrong-secret"
	_, err := gitrepo.Open(t.Context(), web, t.TempDir())
	requireFault(t, err, fault.Denied, "127.0.0.1")
	require.NotContains(t, err.Error(), "wrong-secret")
	_, other := newKey(t)
	shell := all["ssh"]
	shell.Credential.PrivateKey = other
	_, err = gitrepo.Open(t.Context(), shell, t.TempDir())
	requireFault(t, err, fault.Denied, "127.0.0.1")
	shell.Credential.PrivateKey = "no key"
	_, err = gitrepo.Open(t.Context(), shell, t.TempDir())
	requireFault(t, err, fault.Invalid)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", web, web.Credential, web), "wrong-secret")
}

func TestAHostKeyIsProvenOrPinned(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	first, second := serveSSH(t), serveSSH(t)
	credential := gitrepo.Credential{PrivateKey: first.clientKey, KnownHosts: second.knownHosts}
	_, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: first.url(dir), Credential: credential}, t.TempDir())
	requireFault(t, err, fault.Denied, "127.0.0.1")

	cache := t.TempDir()
	credential.KnownHosts = ""
	repository, err := gitrepo.Open(t.Context(), gitrepo.Remote{URL: first.url(dir), Credential: credential, Author: ada}, cache)
	require.NoError(t, err, "the first key seen is believed")
	repository.Close()
	pinned, err := os.ReadFile(filepath.Join(cache, "known_hosts"))
	require.NoError(t, err)
	require.Contains(t, string(pinned), "[127.0.0.1]:")
	forged := []byte(fmt.Sprintf("[127.0.0.1]:%s %s", first.address[len("127.0.0.1:"):], second.knownHosts[len("[127.0.0.1]:")+len(second.address[len("127.0.0.1:"):])+1:]))
	require.NoError(t, os.WriteFile(filepath.Join(cache, "known_hosts"), forged, 0o644))
	_, err = gitrepo.Open(t.Context(), gitrepo.Remote{URL: first.url(dir), Credential: credential}, cache)
	requireFault(t, err, fault.Denied, "127.0.0.1")
}

func TestARepositoryThatIsNotThere(t *testing.T) {
	t.Parallel()
	dir := bare(t)
	web, sshd := serveHTTP(t, filepath.Dir(dir)), serveSSH(t)
	_, err := gitrepo.Fetch(t.Context(), gitrepo.Source{URL: web.URL + "/none.git", Credential: bot()}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.NotFound, "none.git")
	credential := gitrepo.Credential{PrivateKey: sshd.clientKey, KnownHosts: sshd.knownHosts}
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: sshd.url("/none'; touch x; '.git"), Credential: credential}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.NotFound, "none")
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: web.URL + "/" + filepath.Base(dir), Credential: bot()}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.NotFound, filepath.Base(dir))
	_, err = gitrepo.Fetch(t.Context(), gitrepo.Source{URL: "/nowhere/at/all"}, t.TempDir(), gitrepo.Limits{})
	requireFault(t, err, fault.NotFound, "/nowhere/at/all")
}

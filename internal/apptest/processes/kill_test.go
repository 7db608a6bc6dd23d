package processes_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
	"github.com/arpent/arpent/internal/apptest/servers"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// slow is a template whose apply makes one thing and then waits for a file.
const slow = `variable "dir" { type = string }
variable "word" {
  type    = string
  default = "x"
}
resource "terraform_data" "before" {
  input = var.word
  provisioner "local-exec" { command = "echo made >> '${var.dir}/made'" }
}
resource "terraform_data" "waits" {
  triggers_replace = [var.dir]
  depends_on       = [terraform_data.before]
  provisioner "local-exec" { command = "echo begun >> '${var.dir}/begun'; until [ -e '${var.dir}/go' ]; do sleep 0.05; done; echo done >> '${var.dir}/done'" }
}
output "word" { value = "${var.word}-é" }
`

// slowLibrary is a git repository with that template.
func slowLibrary(t *testing.T) string {
	t.Helper()
	return apptest.Repository(t, map[string]string{
		"templates/slow/main.tf":     slow,
		"templates/slow/arpent.yaml": "style: module\ntitle: {en: Slow, fr: Lent}\napproval: {mode: auto}\n",
	})
}

// installation is a server that runs as a process of its own.
type installation struct {
	t     *testing.T
	env   []string
	url   string
	token string
	data  string // its folder
	*program
}

// onBoth runs a test on a server that is alone, and on one with PostgreSQL and Redis.
func onBoth(t *testing.T, test func(t *testing.T, in *installation)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		test(t, install(t))
	})
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		test(t, install(t, "ARPENT_DATABASE_URL="+databasetest.PostgresURL(t), "ARPENT_REDIS_URL="+servers.Redis(t).URL))
	})
}

// install starts a server on a fresh folder; more are environment variables.
func install(t *testing.T, more ...string) *installation {
	t.Helper()
	address, data := freeAddress(t), filepath.Join(t.TempDir(), "data")
	in := &installation{t: t, url: "http://" + address, data: data, env: append([]string{
		"ARPENT_ADMIN_EMAIL=" + apptest.AdminEmail, "ARPENT_ADMIN_PASSWORD=" + apptest.AdminPassword,
		"ARPENT_DATA_DIR=" + data, "ARPENT_LISTEN=" + address, "ARPENT_TERRAFORM_BIN=" + apptest.FindEngine(t), "ARPENT_RATE_LIMIT=0", "ARPENT_LIBRARY_DIRS=" + os.TempDir(),
	}, more...)}
	in.start()
	in.token = in.tokenFor(apptest.AdminEmail)
	return in
}

func (in *installation) start() {
	in.t.Helper()
	in.program = launch(in.t, "arpent", in.env, "serve")
	in.hears(`Arpent \S+ is at (\S+)`)
	in.ready()
}

// tokenFor makes a token as an administrator does on the server itself.
func (in *installation) tokenFor(email string) string {
	in.t.Helper()
	return strings.TrimSpace(in.once("token", "create", "--user", email))
}

// ready waits until the server answers.
func (in *installation) ready() {
	in.t.Helper()
	in.readyzSays(http.StatusOK)
}

// readyzSays waits until the server says of itself that it is ready, or that it is not.
func (in *installation) readyzSays(status int) {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		response, err := http.Get(in.url + "/readyz")
		return err == nil && response.Body.Close() == nil && response.StatusCode == status
	}, time.Minute, 20*time.Millisecond)
}

// once runs another command of the program on the same data.
func (in *installation) once(args ...string) string {
	in.t.Helper()
	dir, err := apptest.Programs()
	require.NoError(in.t, err)
	cmd := exec.CommandContext(in.t.Context(), filepath.Join(dir, "arpent"), args...)
	cmd.Env = append(os.Environ(), in.env...)
	out, err := cmd.Output()
	require.NoError(in.t, err)
	return string(out)
}

func (in *installation) client() *apptest.Client { return apptest.At(in.t, in.url, in.token) }

// project makes a project and waits for its base.
func (in *installation) project(acronym string) string {
	in.t.Helper()
	in.library()
	var made struct {
		CreateProject struct{ Project, Run struct{ ID string } }
	}
	in.client().Get(&made, `mutation($a: String!) { createProject(input: {acronym: $a, name: $a}) { project { id } run { id } userErrors { message } } }`, map[string]any{"a": acronym})
	in.ends(made.CreateProject.Run.ID, "SUCCEEDED")
	return made.CreateProject.Project.ID
}

// catalog waits until the library that ships is there.
func (in *installation) catalog() {
	in.t.Helper()
	require.Eventually(in.t, func() bool {
		var found struct{ Templates struct{ TotalCount int } }
		in.client().Get(&found, `{ templates(where: {isBase: true}) { totalCount } }`, nil)
		return found.Templates.TotalCount > 0
	}, time.Minute, 50*time.Millisecond)
}

// library adds the slow template.
func (in *installation) library() {
	in.t.Helper()
	in.catalog()
	var made struct {
		CreateLibrary struct{ Run struct{ ID string } }
	}
	in.client().Get(&made, `mutation($u: String!) { createLibrary(input: {name: "slow", url: $u}) { run { id } userErrors { message } } }`, map[string]any{"u": slowLibrary(in.t)})
	in.ends(made.CreateLibrary.Run.ID, "SUCCEEDED")
}

// request asks for a slow resource that waits for a file in dir.
func (in *installation) request(project, name, dir string) (resourceID, runID string) {
	in.t.Helper()
	var made struct {
		RequestResource struct {
			Resource, Run struct{ ID string }
			UserErrors    []struct{ Message string }
		}
	}
	in.client().Get(&made, `mutation($p: ID!, $n: String!, $i: JSON!) {
		requestResource(input: {projectId: $p, template: "slow", name: $n, inputs: $i}) { resource { id } run { id } userErrors { message } } }`,
		map[string]any{"p": project, "n": name, "i": map[string]any{"dir": dir, "word": name}})
	require.Empty(in.t, made.RequestResource.UserErrors)
	return made.RequestResource.Resource.ID, made.RequestResource.Run.ID
}

// ends waits until a run has a status.
func (in *installation) ends(runID, status string) {
	in.t.Helper()
	var found struct {
		Node struct {
			Status  string
			Failure *struct{ En string }
		}
	}
	require.Eventually(in.t, func() bool {
		in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Run { status failure { en } } } }`, map[string]any{"id": runID})
		return found.Node.Status == status
	}, 2*time.Minute, 50*time.Millisecond, "the run is not %s", status)
}

// requireWhole proves that a project is as if nothing had happened: one resource with its output, each thing made
// once in the state, no process left, and the project runs again.
func (in *installation) requireWhole(project, resource, dir string) {
	in.t.Helper()
	require.Empty(in.t, processesThatName(dir), "a process of the killed run lives on")
	var found struct {
		Node struct {
			Resources struct {
				Edges []struct{ Node struct{ ID, Status string } }
			}
		}
	}
	in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Project { resources { edges { node { id status } } } } } }`, map[string]any{"id": project})
	require.Len(in.t, found.Node.Resources.Edges, 1)
	require.Equal(in.t, resource, found.Node.Resources.Edges[0].Node.ID)
	require.Equal(in.t, "READY", found.Node.Resources.Edges[0].Node.Status)
	done, err := os.ReadFile(filepath.Join(dir, "done"))
	require.NoError(in.t, err)
	require.Equal(in.t, "done\n", string(done), "the work was done once")
	made, err := os.ReadFile(filepath.Join(dir, "made"))
	require.NoError(in.t, err)
	require.Equal(in.t, "made\n", string(made), "what was made before the kill was not made again")
	require.Equal(in.t, 1, in.inState(project, `"name": "waits"`, `"name":"waits"`))

	again := in.t.TempDir()
	require.NoError(in.t, os.WriteFile(filepath.Join(again, "go"), nil, 0o600))
	_, later := in.request(project, "later", again)
	in.ends(later, "SUCCEEDED")
}

// inState counts in how many resources of the project's state a name stands, by the HTTP backend.
func (in *installation) inState(project string, names ...string) (count int) {
	in.t.Helper()
	request, err := http.NewRequestWithContext(in.t.Context(), http.MethodGet, in.url+"/terraform/state/"+project, nil)
	require.NoError(in.t, err)
	request.SetBasicAuth("admin", in.token)
	response, text := in.client().Do(request)
	require.Equal(in.t, http.StatusOK, response.StatusCode, "%s", text)
	require.True(in.t, json.Valid(text))
	for _, name := range names {
		count += strings.Count(string(text), name)
	}
	return count
}

func begun(t *testing.T, dir string, times int) {
	t.Helper()
	require.True(t, begunWithin(dir, times, 2*time.Minute), "apply did not begin %d times", times)
}

// begunWithin waits until an apply has begun so many times, and tells whether it has.
func begunWithin(dir string, times int, wait time.Duration) bool {
	over, look := time.After(wait), time.NewTicker(20*time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-over:
			return false
		case <-look.C:
			text, _ := os.ReadFile(filepath.Join(dir, "begun"))
			if strings.Count(string(text), "begun") == times {
				return true
			}
		}
	}
}

// The server is killed in mid-apply and started again on the same data: the run ends, what it made is there once,
// nothing lives on, and the project runs again.
func TestAServerThatIsKilledInMidApply(t *testing.T) {
	t.Parallel()
	in, dir := install(t), t.TempDir()
	project := in.project("KILL")
	resource, started := in.request(project, "once", dir)
	begun(t, dir, 1)
	in.kill(syscall.SIGKILL)
	require.Eventually(t, func() bool { return len(processesThatName(dir)) == 0 }, 20*time.Second, 20*time.Millisecond, "the tool outlived the server")
	require.NotEmpty(t, in.taskFolders(), "the tool had nowhere to leave its state")
	in.start()
	begun(t, dir, 2)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(started, "SUCCEEDED")
	in.requireWhole(project, resource, dir)
	require.Eventually(t, func() bool { return len(in.taskFolders()) == 0 }, time.Minute, 20*time.Millisecond, "a task's folder holds secrets: it must go")
}

// taskFolders lists the folders of tasks in the data folder.
func (in *installation) taskFolders() []string {
	in.t.Helper()
	found, err := filepath.Glob(filepath.Join(in.data, "work", "process-*", "task-*"))
	require.NoError(in.t, err)
	for _, path := range found {
		info, err := os.Stat(path)
		require.True(in.t, err != nil || info.Mode().Perm() == 0o700, "%s", path)
	}
	return found
}

// remote is a server without workers on PostgreSQL and Redis, and what a worker elsewhere needs.
func remote(t *testing.T, lease time.Duration, more ...string) (*installation, []string) {
	t.Helper()
	const secret = "the token of the workers"
	in := install(t, append(more, "ARPENT_WORKERS=0", "ARPENT_WORKER_TOKEN="+secret, "ARPENT_LEASE="+lease.String(),
		"ARPENT_DATABASE_URL="+databasetest.PostgresURL(t), "ARPENT_REDIS_URL="+servers.Redis(t).URL)...)
	return in, []string{"ARPENT_SERVER_URL=" + in.url, "ARPENT_WORKER_TOKEN=" + secret, "ARPENT_TERRAFORM_BIN=" + apptest.FindEngine(t)}
}

func hire(t *testing.T, env []string, name string) *program {
	t.Helper()
	return hireAt(t, env, name, t.TempDir())
}

func hireAt(t *testing.T, env []string, name, dir string) *program {
	t.Helper()
	return launch(t, "arpent-worker", append(slices.Clone(env), "ARPENT_WORKER_NAME="+name, "ARPENT_WORK_DIR="+dir))
}

// A worker elsewhere carries a request out from the plan to the outputs; its log is the same bytes however it is read.
func TestAWorkerElsewhere(t *testing.T) {
	t.Parallel()
	in, env := remote(t, 30*time.Second)
	hire(t, env, "north")
	project, dir := in.project("FAR"), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	resource, started := in.request(project, "site", dir)
	live := in.follow(started)
	in.ends(started, "SUCCEEDED")
	require.JSONEq(t, `[{"name": "word", "value": "site-é"}]`, in.outputs(resource))
	stored := in.log(started, 1<<20)
	require.Contains(t, stored, "Apply complete")
	require.Equal(t, stored, in.log(started, 97), "read in pieces")
	require.Equal(t, stored, <-live, "followed while it was written")
	_, text := in.client().Fetch("/runs/" + started + "/log")
	require.NotContains(t, string(text), in.token)
}

func (in *installation) outputs(resource string) string {
	in.t.Helper()
	var found struct {
		Node struct{ Outputs json.RawMessage }
	}
	in.client().Get(&found, `query($id: ID!) { node(id: $id) { ... on Resource { outputs { name value } } } }`, map[string]any{"id": resource})
	return string(found.Node.Outputs)
}

// log reads a whole log in pieces of a size.
func (in *installation) log(runID string, size int) string {
	in.t.Helper()
	var text strings.Builder
	for after := int64(0); ; {
		var found struct {
			Node struct {
				Log struct {
					Next     int64
					Text     string
					Complete bool
				}
			}
		}
		in.client().Get(&found, `query($id: ID!, $after: Long!, $limit: Int!) { node(id: $id) { ... on Run { log(after: $after, limit: $limit) { next text complete } } } }`,
			map[string]any{"id": runID, "after": after, "limit": size})
		text.WriteString(found.Node.Log.Text)
		if found.Node.Log.Complete || found.Node.Log.Next == after {
			return text.String()
		}
		after = found.Node.Log.Next
	}
}

// follow reads a log by subscription until it is complete.
func (in *installation) follow(runID string) <-chan string {
	in.t.Helper()
	socket, whole := in.client().Connect(), make(chan string, 1)
	socket.Subscribe("1", `subscription($id: ID!) { runLog(id: $id) { text } }`, map[string]any{"id": runID})
	go func() {
		var text strings.Builder
		for m := socket.Next(); m.Type == "next"; m = socket.Next() {
			var answer struct {
				Data struct{ RunLog struct{ Text string } }
			}
			_ = json.Unmarshal(m.Payload, &answer)
			text.WriteString(answer.Data.RunLog.Text)
		}
		whole <- text.String()
	}()
	return whole
}

// A worker elsewhere is killed in mid-apply: another one takes the run over once the lease has run out.
func TestAWorkerElsewhereThatIsKilledInMidApply(t *testing.T) {
	t.Parallel()
	in, env := remote(t, 12*time.Second)
	first := hire(t, env, "north")
	project, dir := in.project("FALL"), t.TempDir()
	resource, started := in.request(project, "once", dir)
	begun(t, dir, 1)
	first.kill(syscall.SIGKILL)
	require.Eventually(t, func() bool { return len(processesThatName(dir)) == 0 }, 20*time.Second, 20*time.Millisecond, "the tool outlived the worker")
	hire(t, env, "south")
	begun(t, dir, 2)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(started, "SUCCEEDED")
	in.requireWhole(project, resource, dir)
	require.Contains(t, fmt.Sprint(in.log(started, 1<<20)), "Apply complete")
}

// A worker elsewhere that is killed and started again gives its run back by itself, long before the lease is over.
func TestAWorkerElsewhereThatComesBack(t *testing.T) {
	t.Parallel()
	in, env := remote(t, time.Hour)
	work := t.TempDir()
	first := hireAt(t, env, "north", work)
	project, dir := in.project("BACK"), t.TempDir()
	resource, started := in.request(project, "once", dir)
	begun(t, dir, 1)
	first.kill(syscall.SIGKILL)
	hireAt(t, env, "north", work)
	begun(t, dir, 2)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(started, "SUCCEEDED")
	in.requireWhole(project, resource, dir)
}

// A worker that is frozen past its lease and goes on afterwards changes nothing: its tool is gone by then.
func TestAWorkerThatWakesUpTooLate(t *testing.T) {
	t.Parallel()
	in, env := remote(t, 8*time.Second)
	frozen := hire(t, env, "north")
	project, dir := in.project("SLEEP"), t.TempDir()
	resource, started := in.request(project, "once", dir)
	begun(t, dir, 1)
	require.NoError(t, frozen.cmd.Process.Signal(syscall.SIGSTOP))
	hire(t, env, "south")
	begun(t, dir, 2)
	require.NoError(t, frozen.cmd.Process.Signal(syscall.SIGCONT))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(started, "SUCCEEDED")
	in.requireWhole(project, resource, dir)
	frozen.hears("run is not finished by this worker")
}

// A run that somebody puts back into the queue is stopped where it is, and carried out by whoever comes next.
func TestARunThatIsPutBackIsCarriedOutAgain(t *testing.T) {
	t.Parallel()
	in, env := remote(t, time.Hour) // it does not wait for the lease to run out
	hire(t, env, "north")
	project, dir := in.project("BACK"), t.TempDir()
	resource, started := in.request(project, "again", dir)
	begun(t, dir, 1)
	var put struct {
		RequeueRun struct {
			Run        struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}
	requeue := `mutation($id: ID!) { requeueRun(input: {id: $id}) { run { id } userErrors { message } } }`
	in.client().Get(&put, requeue, map[string]any{"id": started})
	require.Empty(t, put.RequeueRun.UserErrors)
	begun(t, dir, 2)
	require.Len(t, processesThatName(dir), 1, "the tool of the first attempt is gone")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), nil, 0o600))
	in.ends(started, "SUCCEEDED")
	in.requireWhole(project, resource, dir)
	in.client().Get(&put, requeue, map[string]any{"id": started})
	require.NotEmpty(t, put.RequeueRun.UserErrors, "it has ended")
	var found struct{ Events struct{ TotalCount int } }
	in.client().Get(&found, `{ events(where: {type: "run.requeued"}) { totalCount } }`, nil)
	require.Equal(t, 1, found.Events.TotalCount)
}

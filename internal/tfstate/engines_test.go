package tfstate_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/statebody"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// onEveryEngine runs a test once for each engine and database.
func onEveryEngine(t *testing.T, test func(t *testing.T, h *house, engine string)) {
	for name, path := range engines(t) {
		t.Run(name, func(t *testing.T) {
			databasetest.Each(t, func(t *testing.T, db *database.DB) { test(t, open(t, db, 0), path) })
		})
	}
}

// engines lists the engines to test with: those of ARPENT_TEST_ENGINES, else bin/tofu and what is on PATH.
// None at all fails the test: a protocol that nobody spoke is not kept.
func engines(t *testing.T) map[string]string {
	built, err := filepath.Abs("../../bin/tofu")
	require.NoError(t, err)
	candidates := []string{built, "tofu", "terraform"}
	if listed := os.Getenv("ARPENT_TEST_ENGINES"); listed != "" {
		candidates = strings.Split(listed, ",")
	}
	found := map[string]string{}
	for _, candidate := range candidates {
		if path, err := exec.LookPath(candidate); err == nil && found[filepath.Base(path)] == "" {
			found[filepath.Base(path)] = path
		}
	}
	require.NotEmpty(t, found, "no engine: run make build, or name some in ARPENT_TEST_ENGINES")
	return found
}

// folder is a Terraform folder whose state is ours.
type folder struct {
	t      *testing.T
	engine string
	path   string
	as     client
	query  string // of the backend's address
}

func newFolder(t *testing.T, engine string, as client, resources string) *folder {
	f := &folder{t: t, engine: engine, path: t.TempDir(), as: as}
	require.NoError(t, os.WriteFile(filepath.Join(f.path, "empty.tfrc"), nil, 0o600))
	f.write(resources)
	f.must("init")
	return f
}

func (f *folder) write(resources string) {
	require.NoError(f.t, os.WriteFile(filepath.Join(f.path, "main.tf"), []byte("terraform {\n  backend \"http\" {}\n}\n"+resources), 0o600))
}

// command is the engine in the folder, in a process group of its own.
func (f *folder) command(output *bytes.Buffer, args ...string) *exec.Cmd {
	address := f.as.url + f.as.project + f.query
	command := exec.CommandContext(context.WithoutCancel(f.t.Context()), f.engine, args...)
	command.Dir, command.Stdout, command.Stderr = f.path, output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Env = []string{
		"HOME=" + f.path, "PATH=" + os.Getenv("PATH"), "TF_CLI_CONFIG_FILE=" + filepath.Join(f.path, "empty.tfrc"),
		"TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1", "TF_HTTP_RETRY_MAX=2", "TF_HTTP_RETRY_WAIT_MIN=1",
		"TF_HTTP_ADDRESS=" + address, "TF_HTTP_LOCK_ADDRESS=" + address, "TF_HTTP_UNLOCK_ADDRESS=" + address,
		"TF_HTTP_USERNAME=" + f.as.user, "TF_HTTP_PASSWORD=" + f.as.password,
	}
	return command
}

func (f *folder) run(args ...string) (string, error) {
	var output bytes.Buffer
	err := f.command(&output, args...).Run()
	return output.String(), err
}

func (f *folder) must(args ...string) string {
	f.t.Helper()
	output, err := f.run(args...)
	require.NoError(f.t, err, output)
	return output
}

func (f *folder) fails(args ...string) string {
	f.t.Helper()
	output, err := f.run(args...)
	require.Error(f.t, err, output)
	return strings.Join(strings.Fields(frame.ReplaceAllString(output, " ")), " ")
}

// frame is what the engines draw around their words.
var frame = regexp.MustCompile(`[│╷╵]|\x1b\[[0-9]*m`)

// names tells whether a refused lock names its holder. OpenTofu shows all that we say of it, Terraform only the ID.
func (f *folder) names(refusal, holder, id string) {
	f.t.Helper()
	if filepath.Base(f.engine) == "terraform" {
		holder = id
	}
	require.Contains(f.t, refusal, holder)
}

// started is an engine at work.
type started struct {
	*exec.Cmd
	output *bytes.Buffer
}

func (f *folder) start(args ...string) started {
	s := started{output: &bytes.Buffer{}}
	s.Cmd = f.command(s.output, args...)
	require.NoError(f.t, s.Start())
	f.t.Cleanup(s.kill)
	return s
}

func (s started) kill() { _ = syscall.Kill(-s.Process.Pid, syscall.SIGKILL) }

// slowly is a resource whose creation begins with the file "begun" and waits for the file "go on".
const slowly = `
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch begun; while [ ! -e 'go on' ]; do sleep 0.05; done"
  }
}`

func (f *folder) waitUntilBegun() {
	require.Eventually(f.t, func() bool {
		_, err := os.Stat(filepath.Join(f.path, "begun"))
		return err == nil
	}, 60*time.Second, 20*time.Millisecond)
}

func (f *folder) letGoOn() {
	require.NoError(f.t, os.WriteFile(filepath.Join(f.path, "go on"), nil, 0o600))
}

func greeting(text string) string {
	return fmt.Sprintf(`
resource "terraform_data" "greeting" {
  input = %q
}
output "greeting" {
  value     = terraform_data.greeting.output
  sensitive = true
}`, text)
}

const hidden = "correct horse battery staple"

func TestEnginesLiveOnIt(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		r, c := h.running(h.web)
		f := newFolder(t, engine, c, greeting(hidden))
		f.must("plan", "-out=plan")
		f.must("apply", "plan")
		require.Contains(t, f.must("output", "-raw", "greeting"), hidden)
		f.write(greeting("another"))
		f.must("apply", "-auto-approve")
		h.end(r)

		ada := newFolder(t, engine, h.ada(), greeting("another"))
		require.Contains(t, ada.must("plan"), "No changes")
		first := h.versions(h.web)[0]
		require.Equal(t, 1, first.ResourceCount)
		_, err := h.RollBack(h.as(ada.as), first.ID)
		require.NoError(t, err)
		require.Contains(t, ada.must("plan"), "1 to change", "after the roll-back the plan shows the difference")
		require.NotContains(t, sealedBytes(h), hidden, "nothing is stored in plain")

		require.Contains(t, ada.must("destroy", "-auto-approve"), "1 destroyed")
		last := h.versions(h.web)
		require.Zero(t, last[len(last)-1].ResourceCount)
		lock, err := h.LockInfo(h.as(ada.as), h.web.ID)
		require.NoError(t, err)
		require.Nil(t, lock)
	})
}

// sealedBytes is all that the database holds of states; on SQLite all that it holds.
func sealedBytes(h *house) string {
	var all strings.Builder
	bodies, err := h.db.Client(h.system).StateBody.Query().Select(statebody.FieldSealed).All(h.system)
	require.NoError(h.t, err)
	for _, body := range bodies {
		all.Write(body.Sealed)
	}
	if h.db.Postgres() {
		return all.String()
	}
	var path string
	require.NoError(h.t, h.db.SQL().QueryRowContext(h.system, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path))
	files, err := filepath.Glob(path + "*")
	require.NoError(h.t, err)
	require.NotEmpty(h.t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(h.t, err)
		all.Write(content)
	}
	return all.String()
}

func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		r, c := h.running(h.web)
		first := newFolder(t, engine, c, slowly)
		apply := first.start("apply", "-auto-approve")
		first.waitUntilBegun()

		_, other := h.running(h.web)
		second := newFolder(t, engine, other, greeting("second"))
		id := holderIn(t, other.lock("?")).ID
		second.names(second.fails("apply", "-auto-approve"), r.ID+" (Grace)", "already locked: ID="+id)
		person := newFolder(t, engine, h.ada(), greeting("third"))
		person.names(person.fails("plan"), r.ID+" (Grace)", "already locked: ID="+id)
		first.letGoOn()
		require.NoError(t, apply.Wait(), apply.output)
		second.write(slowly + greeting("second"))
		require.Contains(t, second.must("apply", "-auto-approve"), "1 added")
	})
}

func TestForcedUnlock(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		const id = "0a1b2c3d-0000-4000-8000-000000000001"
		bob := newFolder(t, engine, h.person("Bob", "en", h.web, "state.read", "state.write"), greeting("x"))
		require.Equal(t, 200, h.ada().lock(id).status)
		bob.names(bob.fails("plan"), "Ada (me@host)", "already locked: ID="+id)
		if filepath.Base(engine) != "terraform" { // which does not tell us the ID
			bob.fails("force-unlock", "-force", "0a1b2c3d-0000-4000-8000-000000000002")
		}
		bob.must("force-unlock", "-force", id)
		bob.must("apply", "-auto-approve")

		_, c := h.running(h.web)
		require.Equal(t, 200, c.lock(id).status)
		bob.fails("force-unlock", "-force", id)
		require.Equal(t, 200, c.unlock(id).status, "a run's lock is not for others to break")
	})
}

func TestAKilledApplyLetsTheNextIn(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		r, c := h.running(h.web)
		first := newFolder(t, engine, c, slowly)
		apply := first.start("apply", "-auto-approve")
		first.waitUntilBegun()
		apply.kill()
		require.Error(t, apply.Wait())

		h.loseLease(r)
		next := newFolder(t, engine, h.under(r, 2), greeting("next"))
		require.Contains(t, next.must("apply", "-auto-approve"), "1 added")
	})
}

func TestAnApplyThatLostItsLeaseWritesNothing(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		r, c := h.running(h.web)
		first := newFolder(t, engine, c, slowly)
		apply := first.start("apply", "-auto-approve")
		first.waitUntilBegun()
		h.loseLease(r)
		before := len(h.versions(h.web))
		second := newFolder(t, engine, h.under(r, 2), greeting("second"))
		second.must("apply", "-auto-approve")
		first.letGoOn()
		require.Error(t, apply.Wait(), apply.output)
		require.FileExists(t, filepath.Join(first.path, "errored.tfstate"))
		require.Len(t, h.versions(h.web), before+1)
		require.Contains(t, second.must("output", "-raw", "greeting"), "second")
	})
}

func TestAForcedPush(t *testing.T) {
	t.Parallel()
	onEveryEngine(t, func(t *testing.T, h *house, engine string) {
		ada := newFolder(t, engine, h.ada(), greeting("x"))
		ada.must("apply", "-auto-approve")
		other := strings.Replace(state(1, "y"), `"version":4`, `"version":4,"terraform_version":"1.5.0"`, 1)
		other = strings.NewReplacer(`"type":"t"`, `"type":"terraform_data","provider":"provider[\"terraform.io/builtin/terraform\"]"`,
			`"attributes":{"value":"y"}`, `"schema_version":0,"attributes":{"id":"i","input":null,"output":null,"triggers_replace":null}`).Replace(other)
		other, _, _ = strings.Cut(other, ",\n\t\t{\"mode\":\"data\"")
		other += "]}"
		require.NoError(t, os.WriteFile(filepath.Join(ada.path, "other.tfstate"), []byte(other), 0o600))
		ada.fails("state", "push", "other.tfstate")
		ada.fails("state", "push", "-force", "other.tfstate")
		require.Len(t, h.versions(h.web), 1)
		ada.query = "?force=true"
		ada.must("init", "-reconfigure")
		ada.must("state", "push", "-force", "other.tfstate")
		require.Equal(t, "line", h.versions(h.web)[1].Lineage)
	})
}

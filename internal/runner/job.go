package runner

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/arpent/arpent/internal/runner/launch"
)

// job is one task on its way: its folders, its log, and the tool that works in them.
type job struct {
	runner  *Terraform
	task    Task
	version engineVersion
	limits  Limits
	mask    *Masker
	sink    *sink
	tool    *tfexec.Terraform

	dir    string   // of this task, removed afterwards; nobody else may read it
	life   *os.File // tells the launcher until when the tool may go on; nil when nothing bounds it
	work   string   // the folder of the task, where the tool works
	locked bool     // the folder came with a lock file
	reused bool     // the folder was prepared from the cache
}

// open makes the folders of a task; nothing of the task is in them yet.
func (t *Terraform) open(task Task, version engineVersion, observer Observer) (*job, error) {
	dir, err := os.MkdirTemp(t.folder.path, taskPattern)
	if err != nil {
		return nil, fmt.Errorf("task folder: %w", err)
	}
	mask := NewMasker(secretsOf(task))
	limits := t.limits(task)
	j := &job{
		runner: t, task: task, version: version, limits: limits, mask: mask, dir: dir,
		sink: newSink(observer, mask, limits.Output), work: filepath.Join(dir, "work"),
	}
	if err := j.equip(); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

func (j *job) equip() error {
	for _, folder := range []string{j.work, j.path("home"), j.path("tmp")} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return fmt.Errorf("task folder: %w", err)
		}
	}
	if err := j.sign(); err != nil {
		return err
	}
	if err := j.write("cli.tfrc", []byte(cliConfig(j.runner.cache, j.runner.own, j.runner.config.MirrorDir))); err != nil {
		return err
	}
	tool, err := tfexec.NewTerraform(j.work, launch.Path)
	if err != nil {
		return fmt.Errorf("prepare %s: %w", j.version, err)
	}
	j.tool = tool
	j.tool.SetStderr(logWriter{j.sink})
	// The launcher keeps the grace; terraform-exec must not kill the launcher before it has killed the rest.
	return j.tool.SetWaitDelay(j.limits.Grace + time.Minute)
}

// sign notes whose task this is, for whoever finds the folder when we are dead, and ties its life to its line.
func (j *job) sign() error {
	mark, err := json.Marshal(j.task.Mark)
	if err != nil {
		return fmt.Errorf("task folder: %w", err)
	}
	if err := j.write(markFile, mark); err != nil || j.task.Line == nil {
		return err
	}
	if j.life, err = os.OpenFile(j.path(lifeFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return fmt.Errorf("task folder: %w", err)
	}
	return j.task.Line.tie(j.life)
}

// close ends the log and removes the task's folders.
func (j *job) close() {
	j.sink.flush()
	if j.life != nil {
		j.task.Line.untie()
		_ = j.life.Close()
	}
	_ = removeAll(j.dir)
}

func (j *job) path(name string) string { return filepath.Join(j.dir, name) }

// write makes a file beside the work folder, which only we may read.
func (j *job) write(name string, content []byte) error {
	if err := os.WriteFile(j.path(name), content, 0o600); err != nil {
		return fmt.Errorf("task folder: %w", err)
	}
	return nil
}

// The files beside the work folder.
const (
	markFile    = "mark.json"
	lifeFile    = "life"
	pidFile     = "launcher.pid"
	planFile    = "plan.tfplan"
	secretFile  = "secret.tfvars.json"
	backendFile = "backend.tfbackend"
)

// overrideName is a file that takes the place of the folder's backend block: the address then comes from the
// environment, so it is in no saved plan, and a plan made through one address can be applied through another.
const (
	overrideName = "zz_arpent_override.tf.json"
	overrideText = `{"terraform": {"backend": {"http": {}}}}`
)

// writeSettings puts what the server hands over beside the files of the folder.
func (j *job) writeSettings() error {
	if j.task.State != nil {
		if err := os.WriteFile(filepath.Join(j.work, overrideName), []byte(overrideText), 0o600); err != nil {
			return fmt.Errorf("task folder: %w", err)
		}
	}
	if len(j.task.Backend) > 0 {
		if err := j.write(backendFile, backendText(j.task.Backend)); err != nil {
			return err
		}
	}
	if len(j.task.SecretVars) == 0 {
		return nil
	}
	vars, err := json.Marshal(j.task.SecretVars)
	if err != nil {
		return fmt.Errorf("secret variables: %w", err)
	}
	return j.write(secretFile, vars)
}

func backendText(settings map[string]string) []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&text, "%s = %s\n", name, hclString(settings[name]))
	}
	return []byte(text.String())
}

// hclString quotes a value so that nothing in it is a template.
func hclString(value string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(value))
}

// env is the whole environment of the tool: nothing of ours is in it but what is named here.
func (j *job) env() map[string]string {
	env := map[string]string{"PATH": defaultPath, "LANG": "C.UTF-8"}
	maps.Copy(env, j.runner.config.Env)
	maps.Copy(env, j.task.Env)
	maps.Copy(env, map[string]string{
		"HOME": j.path("home"), "TMPDIR": filepath.Join(j.runner.folder.alias, filepath.Base(j.dir), "tmp"),
		"TF_CLI_CONFIG_FILE": j.path("cli.tfrc"),
		"CHECKPOINT_DISABLE": "1",
		"GOGC":               "400", // engine and providers live for seconds: a quarter of their time is garbage collection
	})
	if s := j.task.State; s != nil {
		maps.Copy(env, map[string]string{
			"TF_HTTP_ADDRESS": s.Address, "TF_HTTP_LOCK_ADDRESS": s.Address, "TF_HTTP_UNLOCK_ADDRESS": s.Address,
			"TF_HTTP_USERNAME": s.Username, "TF_HTTP_PASSWORD": s.Password,
		})
		maps.Copy(env, retries(j.runner.config.Retries))
	}
	options := launch.Options{
		Tool: j.runner.engine.path, Grace: j.limits.Grace, Version: j.version.answer(), PIDFile: j.path(pidFile),
	}
	if j.life != nil {
		options.LifeFile = j.path(lifeFile)
	}
	maps.Copy(env, options.Env())
	return env
}

// retries says how long the engine insists on its state backend: by itself so long that a server that restarts loses
// no state.
func retries(few int) map[string]string {
	if few == 0 {
		return map[string]string{"TF_HTTP_RETRY_MAX": "6", "TF_HTTP_RETRY_WAIT_MAX": "10"}
	}
	return map[string]string{"TF_HTTP_RETRY_MAX": strconv.Itoa(few), "TF_HTTP_RETRY_WAIT_MAX": "1"}
}

// environ is env as os/exec takes it, with what terraform-exec adds to it.
func (j *job) environ() []string {
	list := []string{"TF_IN_AUTOMATION=1"}
	for name, value := range j.env() {
		list = append(list, name+"="+value)
	}
	return list
}

// secretsOf lists what must not be shown of a task: what it names, its state password and its secret variables.
func secretsOf(task Task) []string {
	secrets := slices.Clone(task.Masks)
	if task.State != nil {
		secrets = append(secrets, task.State.Password)
	}
	for _, value := range task.SecretVars {
		secrets = append(secrets, leaves(value)...)
	}
	return secrets
}

// minSecretVar is the shortest value of a secret variable that is masked by itself: "true" or "80" would
// blank out half of every log.
const minSecretVar = 5

func leaves(value any) []string {
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for _, element := range v {
			found = append(found, leaves(element)...)
		}
	case []any:
		for _, element := range v {
			found = append(found, leaves(element)...)
		}
	case nil, bool:
	default:
		if text := fmt.Sprint(v); len(text) >= minSecretVar {
			found = append(found, text)
		}
	}
	return found
}

// logWriter passes the tool's standard error to the log.
type logWriter struct{ sink *sink }

func (w logWriter) Write(p []byte) (int, error) {
	w.sink.log(string(p))
	return len(p), nil
}

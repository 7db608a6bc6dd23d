package gitops

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// engines lists the engines that are here: OpenTofu and Terraform.
func engines(t *testing.T) []string {
	t.Helper()
	var found []string
	built, err := filepath.Abs("../../bin/tofu")
	require.NoError(t, err)
	for _, name := range []string{built, "tofu", "terraform"} {
		if path, err := exec.LookPath(name); err == nil {
			found = append(found, path)
		}
	}
	require.NotEmpty(t, found, "no OpenTofu and no Terraform: make build compiles one")
	return found
}

// workspace is a rendered folder on disk.
type workspace struct {
	engine, dir string
	env         []string
}

func unpack(t *testing.T, engine string, folder Folder) workspace {
	t.Helper()
	home := t.TempDir()
	w := workspace{engine: engine, dir: filepath.Join(home, "folder")}
	for name, content := range folder.Files {
		file := filepath.Join(w.dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, content, 0o644))
	}
	config := filepath.Join(home, "cli.tfrc")
	require.NoError(t, os.WriteFile(config, nil, 0o644))
	w.env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home, "TF_CLI_CONFIG_FILE=" + config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}
	for name, value := range folder.SecretVars {
		raw, err := json.Marshal(value)
		require.NoError(t, err)
		text, ok := value.(string)
		if !ok {
			text = string(raw)
		}
		w.env = append(w.env, fmt.Sprintf("TF_VAR_%s=%s", name, text))
	}
	return w
}

func (w workspace) run(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), w.engine, args...)
	cmd.Dir, cmd.Env = w.dir, w.env
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %v\n%s", w.engine, args, out)
	return out
}

func TestEnginesAcceptFolders(t *testing.T) {
	t.Parallel()
	for _, engine := range engines(t) {
		for name, p := range cases(t) {
			t.Run(filepath.Base(engine)+"/"+name, func(t *testing.T) {
				t.Parallel()
				folder, err := Render(p)
				require.NoError(t, err)
				w := unpack(t, engine, folder)
				w.run(t, "init", "-backend=false", "-no-color")
				w.run(t, "validate", "-no-color")
			})
		}
	}
}

// Values arrive as they are, whatever is in them; secret ones by the environment; outputs by their own names.
func TestValuesArrive(t *testing.T) {
	t.Parallel()
	for _, engine := range engines(t) {
		t.Run(filepath.Base(engine), func(t *testing.T) {
			t.Parallel()
			p := project(site(t, "my-site"))
			p.StateAddress = ""
			folder, err := Render(p)
			require.NoError(t, err)
			w := unpack(t, engine, folder)
			w.run(t, "init", "-no-color")
			w.run(t, "apply", "-auto-approve", "-no-color")
			var outputs map[string]struct {
				Value     any
				Sensitive bool
			}
			require.NoError(t, json.Unmarshal(w.run(t, "output", "-json"), &outputs))
			require.Equal(t, "https://a ${b} %{c} <&>", outputs["my-site_url"].Value)
			require.Equal(t, "s3cret!", outputs["my-site_password"].Value)
			require.True(t, outputs["my-site_password"].Sensitive)
			require.Equal(t, "WRK1", outputs["acronym"].Value)

			p.Resources[0].Leaving = true
			leaving, err := Render(p)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(w.dir, "resource-my-site.tf.json"), leaving.Files["resource-my-site.tf.json"], 0o644))
			require.Contains(t, string(w.run(t, "apply", "-auto-approve", "-no-color")), "1 destroyed")
		})
	}
}

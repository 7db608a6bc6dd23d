//go:build peers

package exchange_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// The real Ansible reads the script's inventory, and runs no template that stands in what a hosting provider wrote.
func TestAnsibleReadsTheScript(t *testing.T) {
	t.Parallel()
	h := newHouse(t, databasetest.SQLite(t))
	h.client.Server.UpdateOneID(h.ids["web-1"]).SetSystem(`{{ 6 * 7 }}`).ExecX(system())
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer := access.Nobody()
		if r.Header.Get("Authorization") == "Bearer the-token" {
			viewer = h.member()
		}
		h.mux.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), viewer)))
	}))
	t.Cleanup(portal.Close)
	script := filepath.Join(t.TempDir(), "arpent-inventory")
	require.NoError(t, os.WriteFile(script, []byte(h.text(h.member(), "/sources/arpent-inventory")), 0o700))
	ansible := func(program string, args ...string) string {
		command := exec.CommandContext(t.Context(), program, args...)
		command.Env = append(os.Environ(), "ARPENT_URL="+portal.URL+"/", "ARPENT_TOKEN=the-token", "ARPENT_QUERY=project=SHOP",
			"ANSIBLE_HOME="+t.TempDir(), "ANSIBLE_LOCAL_TEMP="+t.TempDir(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_STDOUT_CALLBACK=oneline", "LC_ALL=C.UTF-8")
		var said bytes.Buffer
		command.Stderr = &said
		out, err := command.Output()
		require.NoError(t, err, "%s %s", out, said.String())
		return string(out)
	}
	var list struct {
		Shop struct {
			Hosts []string `json:"hosts"`
		} `json:"project_shop"`
		Meta struct {
			Hostvars map[string]map[string]any `json:"hostvars"`
		} `json:"_meta"`
	}
	require.NoError(t, json.Unmarshal([]byte(ansible("ansible-inventory", "-i", script, "--list")), &list))
	require.Equal(t, []string{"web-1", "web-2"}, list.Shop.Hosts)
	require.Equal(t, "203.0.113.11", list.Meta.Hostvars["web-2"]["ansible_host"])
	var one map[string]any
	require.NoError(t, json.Unmarshal([]byte(ansible("ansible-inventory", "-i", script, "--host", "web-2")), &one))
	require.Equal(t, "SHOP", one["arpent_project"])
	said := ansible("ansible", "-i", script, "web-1", "-c", "local", "-m", "ansible.builtin.debug", "-a", "msg={{ arpent_system }}")
	require.Contains(t, said, "6 * 7")
	require.NotContains(t, said, "42")
	direct, err := exec.CommandContext(t.Context(), script, "--host", "web-1;id").CombinedOutput()
	require.Error(t, err, string(direct))
}

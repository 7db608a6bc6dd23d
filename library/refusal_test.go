package library_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusal is one input that a template must refuse, and a part of what it says.
type refusal struct {
	variable string
	value    any
	says     string
}

// names are refused alike by every template that has a project and a name.
var names = []refusal{
	{"project", "wrk1", "2 to 10 capital letters"},
	{"project", "W", "2 to 10 capital letters"},
	{"project", "../../ETC", "2 to 10 capital letters"},
	{"project", "WRK1\nX", "2 to 10 capital letters"},
	{"name", "", "at most 40 small letters"},
	{"name", "../up", "at most 40 small letters"},
	{"name", "-rf", "at most 40 small letters"},
	{"name", "a b", "at most 40 small letters"},
	{"name", "a\nb", "at most 40 small letters"},
	{"name", "$(touch pwned)", "at most 40 small letters"},
	{"name", strings.Repeat("a", 41), "at most 40 small letters"},
}

// folders are refused alike by every template that writes into the storage.
var folders = []refusal{
	{"storage_dir", "relative/path", "absolute path"},
	{"storage_dir", "/", "absolute path"},
	{"storage_dir", "/a/../../etc", "absolute path"},
	{"storage_dir", "", "absolute path"},
}

// records makes the rows of a zone, so that each can be refused.
func records(name, kind, value string) []map[string]any {
	return []map[string]any{{"name": name, "type": kind, "value": value}}
}

func refusalsOf(storage string) map[string]struct {
	good     map[string]any
	refusals []refusal
} {
	type cases = struct {
		good     map[string]any
		refusals []refusal
	}
	link := func(label, url string) []map[string]string { return []map[string]string{{"label": label, "url": url}} }
	return map[string]cases{
		"git-repository": {map[string]any{"project": "WRK1", "name": "a", "storage_dir": storage}, append([]refusal{
			{"default_branch", "a..b", "A branch has"},
			{"default_branch", "-x", "A branch has"},
			{"default_branch", "a//b", "A branch has"},
			{"default_branch", "x.lock", "A branch has"},
			{"default_branch", "$(id)", "A branch has"},
			{"description", strings.Repeat("x", 2001), "at most 2,000"},
			{"when_deleted", "forget", "delete or archive"},
		}, append(names, folders...)...)},
		"published-site": {map[string]any{"project": "WRK1", "name": "a", "storage_dir": storage, "sites_url": "http://x/sites", "title": "T"}, append([]refusal{
			{"title", " ", "1 to 120"},
			{"title", strings.Repeat("x", 121), "1 to 120"},
			{"text", strings.Repeat("x", 8001), "at most 8,000"},
			{"accent", "red", "#1f6feb"},
			{"accent", "#1f6feb;} body{display:none", "#1f6feb"},
			{"language", "de", "en or fr"},
			{"links", link("x", "javascript:alert(1)"), "A link begins with"},
			{"links", link("x", "https://a\" onclick=\"x"), "A link begins with"},
			{"links", link(" ", "https://example.org"), "label has 1 to 80"},
			{"links", slices.Repeat(link("x", "https://example.org"), 21), "at most 20"},
			{"sites_url", "ftp://x", "http:// or https://"},
			{"sites_url", "https://x/\"><script>", "http:// or https://"},
		}, append(names, folders...)...)},
		"storage-folder": {map[string]any{"project": "WRK1", "name": "a", "storage_dir": storage}, append([]refusal{
			{"quota_gb", 0, "from 1 to 500"},
			{"quota_gb", 1.5, "from 1 to 500"},
			{"quota_gb", 501, "from 1 to 500"},
			{"subfolders", []string{"../up"}, "A folder's name"},
			{"subfolders", []string{"a/b"}, "A folder's name"},
			{"subfolders", []string{"a\nb"}, "A folder's name"},
			{"subfolders", []string{".hidden"}, "A folder's name"},
			{"purpose", strings.Repeat("x", 4001), "at most 4,000"},
			{"when_deleted", "", "delete or archive"},
		}, append(names, folders...)...)},
		"postgresql-database": {map[string]any{"project": "WRK1", "name": "a", "host": "127.0.0.1"}, append([]refusal{
			{"extensions", []string{"a\"; DROP DATABASE x"}, "An extension's name"},
			{"extensions", []string{""}, "An extension's name"},
			{"connection_limit", -2, "from -1 to 1000"},
			{"connection_limit", 10.5, "from -1 to 1000"},
			{"rotation", 0, "whole number from 1"},
		}, names...)},
		"random-password": {map[string]any{}, []refusal{
			{"length", 11, "from 12 to 128"},
			{"length", 129, "from 12 to 128"},
			{"length", 20.5, "from 12 to 128"},
			{"special_characters", "", "1 to 32"},
			{"special_characters", "a", "1 to 32"},
			{"special_characters", "!\"", "1 to 32"},
			{"rotation", 1.5, "whole number from 1"},
		}},
		"ssh-key": {map[string]any{"project": "WRK1", "name": "a"}, append([]refusal{
			{"algorithm", "DSA-1024", "The kind is"},
			{"comment", "a\nssh-rsa AAAA", "The comment has"},
			{"comment", strings.Repeat("x", 101), "The comment has"},
		}, names...)},
		"dns-zone-file": {map[string]any{
			"project": "WRK1", "storage_dir": storage, "zone": "example.org", "name_servers": []string{"ns1.example.org"}, "contact": "hostmaster@example.org",
		}, append([]refusal{
			{"zone", "localhost", "Write a domain"},
			{"zone", "../etc/passwd", "Write a domain"},
			{"zone", "Example.org", "Write a domain"},
			{"name_servers", []string{}, "1 to 8 name servers"},
			{"name_servers", []string{"ns1"}, "Write a name server"},
			{"contact", "first.last@example.org", "Write an address"},
			{"ttl", 59, "from 60 to 604800"},
			{"records", records("UP", "A", "192.0.2.1"), "A record's name"},
			{"records", records("a\n$INCLUDE /etc/passwd", "A", "192.0.2.1"), "A record's name"},
			{"records", records("www", "PTR", "x"), "A record is of the type"},
			{"records", records("www", "A", "192.0.2.256"), "must fit its type"},
			{"records", records("www", "A", "2001:db8::1"), "must fit its type"},
			{"records", records("www", "AAAA", "192.0.2.1"), "must fit its type"},
			{"records", records("www", "MX", "mail.example.org."), "must fit its type"},
			{"records", records("www", "TXT", "a\nb"), "must fit its type"},
			{"records", records("www", "CNAME", "a b"), "must fit its type"},
			{"records", []map[string]any{{"name": "www", "type": "A", "value": "192.0.2.1", "ttl": 1}}, "A record's time"},
		}, folders[:2]...)},
	}
}

// checkRefusals plans one resource for each bad input, all in one folder, and one that is good.
func checkRefusals(t *testing.T, template string) {
	t.Helper()
	w := newWorkspace(t)
	table := refusalsOf(w.storage)[template]
	w.module("good", template, table.good, nil)
	for i, bad := range table.refusals {
		w.module(fmt.Sprintf("bad-%d", i), template, with(table.good, map[string]any{bad.variable: bad.value}), nil)
	}
	found := w.refusals()
	require.Empty(t, found["resource-good.tf.json"])
	for i, bad := range table.refusals {
		said := strings.Join(found[fmt.Sprintf("resource-bad-%d.tf.json", i)], "\n")
		require.Contains(t, said, bad.says, "%s: %v", bad.variable, bad.value)
		require.NotEmpty(t, said, "%s: %v is let through", bad.variable, bad.value)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, template := range []string{"git-repository", "published-site", "storage-folder"} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			checkRefusals(t, template)
		})
	}
}

// TestRefusalsOfFlatTemplates gives bad values to the variables of the project's own folder.
func TestRefusalsOfFlatTemplates(t *testing.T) {
	t.Parallel()
	base := map[string]any{"project_acronym": "WRK1", "project_name": "First work"}
	for _, bad := range []struct {
		template string
		inputs   map[string]any
		says     string
	}{
		{"new-project-template", with(base, map[string]any{"project_acronym": "1W"}), "2 to 10 capital letters"},
		{"new-project-template", with(base, map[string]any{"project_environment": "moon"}), "production, staging or development"},
		{"new-project-template", with(base, map[string]any{"project_data_classification": ""}), "public, internal or confidential"},
		{"project-secret", map[string]any{"project_secret_length": 40}, "32, 64 or 128"},
		{"project-secret", map[string]any{"project_secret_rotation": 0}, "whole number from 1"},
	} {
		t.Run(bad.says, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.flat(bad.template, bad.inputs)
			require.Contains(t, fmt.Sprint(w.refusals()), bad.says)
		})
	}
}

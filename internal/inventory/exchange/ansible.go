package exchange

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// ansibleGroup is a group of hosts.
type ansibleGroup struct {
	Hosts []string `json:"hosts"`
}

// ansible answers --list: every server with its variables, in groups by project, hosting provider, stage of life and label.
func (s *Service) ansible(w http.ResponseWriter, r *http.Request) error {
	servers, err := s.allServers(r)
	if err != nil {
		return err
	}
	variables, groups := map[string]any{}, map[string]*ansibleGroup{}
	for _, one := range servers {
		variables[one.Hostname] = ansibleVariables(one)
		for _, name := range ansibleGroups(one) {
			if groups[name] == nil {
				groups[name] = &ansibleGroup{}
			}
			groups[name].Hosts = append(groups[name].Hosts, one.Hostname)
		}
	}
	body := map[string]any{"_meta": map[string]any{"hostvars": variables}}
	for name, group := range groups {
		body[name] = group
	}
	return sendJSON(w, body)
}

// ansibleHost answers --host.
func (s *Service) ansibleHost(w http.ResponseWriter, r *http.Request) error {
	one, err := s.client(r.Context()).Server.Query().
		Where(server.Hostname(strings.ToLower(r.PathValue("host"))), server.LifecycleIn(there...)).
		WithProvider().WithProject().
		WithAddresses(func(q *ent.AddressQuery) { q.Order(ent.Asc(address.FieldValue)) }).Only(r.Context())
	if ent.IsNotFound(err) {
		return fault.New(fault.NotFound, textNoHost)
	}
	if err != nil {
		return database.Fault(err)
	}
	return sendJSON(w, ansibleVariables(one))
}

func ansibleVariables(s *ent.Server) map[string]any {
	labels := map[string]any{}
	for name, value := range s.Labels {
		labels[name] = plain(value)
	}
	variables := map[string]any{
		"arpent_id": s.ID, "arpent_lifecycle": string(s.Lifecycle), "arpent_health": string(s.Health), "arpent_labels": labels,
		"arpent_project": projectOf(s), "arpent_provider": providerOf(s), "arpent_addresses": addressesOf(s),
		"arpent_cores": s.Cores, "arpent_memory_mib": s.MemoryMib, "arpent_disk_gib": s.DiskGib,
		"arpent_architecture": plain(s.Architecture), "arpent_system": plain(s.System), "arpent_location": plain(s.Location),
	}
	if at := reach(s); inventory.IsAddress(at) {
		variables["ansible_host"] = at
	}
	return variables
}

// plain keeps Ansible from taking a text that a hosting provider wrote for a template of its own, which it would run.
func plain(text string) any {
	for _, mark := range []string{"{{", "{%", "{#"} {
		if strings.Contains(text, mark) {
			return map[string]string{"__ansible_unsafe": text}
		}
	}
	return text
}

func ansibleGroups(s *ent.Server) []string {
	groups := []string{"lifecycle_" + word(string(s.Lifecycle)), "health_" + word(string(s.Health))}
	if acronym := projectOf(s); acronym != "" {
		groups = append(groups, "project_"+word(acronym))
	}
	if code := providerOf(s); code != "" {
		groups = append(groups, "provider_"+word(code))
	}
	for name, value := range s.Labels {
		groups = append(groups, "label_"+word(name+"_"+value))
	}
	return groups
}

var notWord = regexp.MustCompile(`[^a-z0-9_]+`)

// word is a name as Ansible and Prometheus take them.
func word(text string) string { return notWord.ReplaceAllString(strings.ToLower(text), "_") }

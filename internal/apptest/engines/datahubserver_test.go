package engines_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
)

// A library written for Datahub is added to a server as it is, with nothing but bindings for what Datahub knew of its
// projects: its base prepares a project, and its templates are offered, applied, and list the project's members.
func TestALibraryOfDatahubOnAServer(t *testing.T) {
	t.Parallel()
	library := modulesRepository(t)
	server := apptest.Embedded(t, func(c *app.Config) {
		c.Workers, c.TerraformBin, c.Bindings = 2, apptest.FindEngine(t), datahubBindings(t)
		c.ToolEnv = []string{"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url." + library + ".insteadOf", "GIT_CONFIG_VALUE_0=" + datahubModules}
	})
	s := &site{Server: server, t: t, admin: server.Admin(), library: library}
	s.run("createLibrary", `mutation($u: String!) { createLibrary(input: {name: "datahub", url: $u, ref: "v1.2.0"}) { run { id } userErrors { message } } }`, map[string]any{"u": library}, "SUCCEEDED")
	prepared := s.start("createProject", `mutation { createProject(input: {acronym: "LIFE", name: "Life"}) { project { id } run { id } userErrors { message } } }`, nil)
	s.project = prepared.Project.ID
	s.await(prepared.Run.ID, "AWAITING_APPROVAL")
	require.Empty(t, s.answer(s.admin, prepared.Run.ID))
	s.await(prepared.Run.ID, "SUCCEEDED")

	s.member("carol", access.RoleContributor)
	s.member("greta", access.RoleGuest)
	var offer struct {
		Templates struct {
			Edges []struct{ Node struct{ ID string } }
		}
	}
	s.admin.Get(&offer, `{ templates(first: 1, where: {name: "object-storage"}) { edges { node { id } } } }`, nil)
	require.Equal(t, []string{"container_names"}, s.asked(offer.Templates.Edges[0].Node.ID))
	made := s.start("requestResource", request, map[string]any{"p": s.project, "t": "object-storage", "n": "object-storage", "i": map[string]any{"container_names": []string{"raw"}}})
	s.await(made.Run.ID, "AWAITING_APPROVAL")
	require.Empty(t, s.answer(s.admin, made.Run.ID))
	s.await(made.Run.ID, "SUCCEEDED")
	outputs := s.outputs(made.Resource.ID)
	require.Equal(t, "fsdhlife", outputs["object_storage_account_name"])
	require.Equal(t, map[string]any{"carol@example.org": "contributor", "greta@example.org": "reader"}, outputs["object_storage_grants"])
}

// datahubBindings are those that an installation gives for the library.
func datahubBindings(t *testing.T) (bindings []string) {
	t.Helper()
	content, err := os.ReadFile("../../catalog/testdata/datahub-bindings.yaml")
	require.NoError(t, err)
	named := map[string]string{}
	require.NoError(t, yaml.Unmarshal(content, &named))
	for name, expression := range named {
		bindings = append(bindings, name+" = "+expression)
	}
	return bindings
}

// asked are the fields that a template's form asks for, those that somebody gives left out.
func (s *site) asked(templateID string) (fields []string) {
	s.t.Helper()
	var offer struct {
		Offer struct {
			Schema struct{ Properties map[string]any }
		}
	}
	s.admin.Get(&offer, `query($p: ID!, $t: ID!) { offer(projectId: $p, templateId: $t) { schema } }`, map[string]any{"p": s.project, "t": templateID})
	for name := range offer.Offer.Schema.Properties {
		fields = append(fields, name)
	}
	return fields
}

// outputs are those of a resource, by name.
func (s *site) outputs(resourceID string) map[string]any {
	s.t.Helper()
	var found struct {
		Node struct {
			Outputs []struct {
				Name  string
				Value json.RawMessage
			}
		}
	}
	s.admin.Get(&found, `query($id: ID!) { node(id: $id) { ... on Resource { outputs { name value } } } }`, map[string]any{"id": resourceID})
	values := map[string]any{}
	for _, output := range found.Node.Outputs {
		var value any
		require.NoError(s.t, json.Unmarshal(output.Value, &value))
		values[output.Name] = value
	}
	return values
}

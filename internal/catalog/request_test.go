package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

// What the project has to set is said once, in people's words, though the provider wants it as well.
func TestWhatTheProjectLacksIsSaidOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	s.write("providers/data.tf", "variable \"data_host\" {\n  type = string\n}\n\nprovider \"data\" {}\n")
	s.write("templates/a/main.tf", "terraform {\n  required_providers {\n    data = {\n      source = \"x/data\"\n    }\n  }\n}\n\nvariable \"host\" {\n  type = string\n}\n")
	s.write("templates/a/arpent.yaml", "style: module\nfields:\n  host: {title: {en: Database host, fr: Hôte de la base}}\nbindings: {host: project.variables.data_host}\n")
	s.sync()
	row := s.latest("a")
	list, ok := fault.AsList(s.CheckRequest(s.ctx, "prj_1", row.ID, Request{Schema: row.Schema, Inputs: map[string]any{}}))
	require.True(t, ok)
	require.Len(t, list, 1, "%v", list)
	require.Equal(t, "“Database host” is not set yet: somebody who may change the project sets its variable data_host, in the project’s settings.", list[0].Message("en"))
	require.Contains(t, list[0].Message("fr"), "« Hôte de la base »")
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	s.write("providers/data.tf", "variable \"data_host\" {\n  type = string\n}\n\nprovider \"data\" {}\n")
	s.write("templates/a/main.tf", "terraform {\n  required_providers {\n    data = {\n      source = \"x/data\"\n    }\n  }\n}\n\nvariable \"size\" {\n  type = number\n}\n")
	s.write("templates/a/arpent.yaml", "style: module\n")
	s.sync()
	row := s.latest("a")

	request := Request{Schema: row.Schema, Facts: Facts{}, Inputs: map[string]any{}}
	list, ok := fault.AsList(s.CheckRequest(s.ctx, "prj_1", row.ID, request))
	require.True(t, ok)
	require.Len(t, list, 2)
	require.Equal(t, []string{"inputs", "size"}, list[0].Field())
	require.Nil(t, list[1].Field())
	require.Equal(t, "The provider data is not ready: its variable data_host is set once, in the project’s settings or by who runs the installation. A value is required.", list[1].Message("en"))
	require.Contains(t, list[1].Message("fr"), "Une valeur est obligatoire.")

	request.Inputs = map[string]any{"size": 1}
	request.Facts.Project.Variables = map[string]any{"data_host": "h"}
	require.NoError(t, s.CheckRequest(s.ctx, "prj_1", row.ID, request))
}

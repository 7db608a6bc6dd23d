package catalog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database/databasetest"
	"github.com/arpent/arpent/internal/fault"
)

func TestCheckChoices(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	s.write("templates/a/main.tf", "variable \"from\" {\n  type = string\n}\n\nvariable \"several\" {\n  type    = list(string)\n  default = []\n}\n")
	s.write("templates/a/arpent.yaml", "fields:\n  from: {choices: {from: projects, value: acronym, label: name}}\n  several: {choices: {from: projects, value: name, label: name}}\n")
	s.sync()
	schema := s.latest("a").Schema

	client := s.DB.Client(s.ctx)
	org := client.Organization.Create().SetName("O").SetCode("O").SaveX(s.ctx)
	for _, acronym := range []string{"WRK1", "WRK2"} {
		client.Project.Create().SetAcronym(acronym).SetName(acronym).SetOrganizationID(org.ID).SaveX(s.ctx)
	}
	mine := client.Project.Query().AllX(s.ctx)[0]

	require.NoError(t, s.CheckChoices(s.ctx, mine.ID, schema, map[string]any{"from": "WRK2", "several": []any{"WRK1", "WRK2"}}))
	require.ErrorContains(t, s.CheckChoices(s.ctx, mine.ID, schema, map[string]any{"from": "WRK3"}), "WRK3 is none of the choices.")

	viewer := access.NewContext(context.Background(), &access.Viewer{
		Kind: access.User, ID: "usr_1", Locale: "fr", Projects: map[string]access.Set{mine.ID: access.NewSet(access.ProjectRead)},
	})
	require.NoError(t, s.CheckChoices(viewer, mine.ID, schema, map[string]any{"from": mine.Acronym}))
	other := map[string]string{"WRK1": "WRK2", "WRK2": "WRK1"}[mine.Acronym]
	err := s.CheckChoices(viewer, mine.ID, schema, map[string]any{"from": other})
	require.True(t, fault.Is(err, fault.Invalid), "what one may not see is no choice: %v", err)
}

func TestChoicesFromNowhere(t *testing.T) {
	t.Parallel()
	_, problems := ReadLibrary(files(map[string]string{
		"templates/a/main.tf":     "variable \"x\" {}",
		"templates/a/arpent.yaml": "fields:\n  x: {choices: {from: users, value: password, label: name}}\n",
	}))
	require.Len(t, problems, 1)
	require.Contains(t, problems[0].Text.EN, "Choices come from projects")
}

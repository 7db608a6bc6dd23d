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

func TestNetworksAreThoseThatTheProjectMayClaimFrom(t *testing.T) {
	t.Parallel()
	s := newShelf(t, databasetest.SQLite(t))
	s.write("templates/a/main.tf", "variable \"network\" {\n  type    = string\n  default = \"\"\n}\n\nvariable \"by_id\" {\n  type    = string\n  default = null\n}\n")
	s.write("templates/a/arpent.yaml", "fields:\n  network: {choices: {from: networks, value: name, label: name}}\n  by_id: {choices: {from: networks, value: id, label: name}}\n")
	s.sync()
	schema := s.latest("a").Schema

	client := s.DB.Client(s.ctx)
	org := client.Organization.Create().SetName("O").SetCode("O").SaveX(s.ctx)
	mine := client.Project.Create().SetAcronym("WRK1").SetName("1").SetOrganizationID(org.ID).SaveX(s.ctx)
	other := client.Project.Create().SetAcronym("WRK2").SetName("2").SetOrganizationID(org.ID).SaveX(s.ctx)
	made := func(name, cidr string, claimable bool, of *string) string {
		return client.Network.Create().SetName(name).SetCidr(cidr).SetFamily("IPV4").SetFirst([]byte{1}).SetLast([]byte{2}).
			SetClaimable(claimable).SetNillableProjectID(of).SaveX(s.ctx).ID
	}
	id := made("everybodys", "10.0.0.0/24", true, nil)
	made("mine", "10.0.1.0/24", true, &mine.ID)
	made("theirs", "10.0.2.0/24", true, &other.ID)
	made("closed", "10.0.3.0/24", false, nil)

	for _, good := range []map[string]any{{}, {"network": ""}, {"network": "everybodys", "by_id": id}, {"network": "mine"}} {
		require.NoError(t, s.CheckChoices(s.ctx, mine.ID, schema, good), "%v", good)
	}
	for _, bad := range []map[string]any{{"network": "theirs"}, {"network": "closed"}, {"network": "nowhere"}, {"by_id": ""}} {
		require.ErrorContains(t, s.CheckChoices(s.ctx, mine.ID, schema, bad), "is none of the choices.", "%v", bad)
	}
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

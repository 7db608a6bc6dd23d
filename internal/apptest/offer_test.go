package apptest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/apptest"
)

// offered is what Query.offer answers.
type offered struct {
	Schema struct {
		Properties map[string]any
		Required   []string
		Extra      struct {
			Bound map[string]any
			Given map[string]struct {
				Extra struct{ GivenBy string } `json:"x-arpent"`
			}
		} `json:"x-arpent"`
	}
	Refusal *string
}

const sharedCode = `variable "owner" { type = string }
variable "stage" { type = string }
variable "region" { type = string }
variable "token" {
  type      = string
  sensitive = true
}
variable "size" { type = number }
`

// A template is offered without what the installation binds and what the project gives, whose values are not shown;
// what it is asked for all the same is refused, and what is missing is said, before any run.
func TestAnOfferAsksOnlyWhatNobodyGives(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		l := newLand(t, s)
		e := l.estate("mine")
		template := l.shelve("shared", map[string]string{
			"templates/shared/main.tf": sharedCode, "templates/shared/arpent.yaml": "bindings: {owner: project.acronym}\n",
		})
		var set struct {
			UpdateProject struct{ UserErrors []struct{ Message string } }
		}
		s.Admin().Get(&set, `mutation($id: ID!) { updateProject(input: {id: $id, variables: {region: "north"}, secretVariables: {token: "s3cr3t-value"}}) { userErrors { message } } }`,
			map[string]any{"id": e["Project"]})
		require.Empty(t, set.UpdateProject.UserErrors)

		offer := l.offer(e["Project"], template)
		require.Nil(t, offer.Refusal)
		require.Equal(t, []string{"size"}, slices.Collect(maps.Keys(offer.Schema.Properties)))
		require.Equal(t, []string{"size"}, offer.Schema.Required)
		require.ElementsMatch(t, []string{"owner", "stage"}, slices.Collect(maps.Keys(offer.Schema.Extra.Bound)))
		require.Equal(t, "project", offer.Schema.Extra.Given["region"].Extra.GivenBy)
		require.Equal(t, "project", offer.Schema.Extra.Given["token"].Extra.GivenBy)

		require.Equal(t, []string{"inputs", "size"}, l.wrong(e["Project"], template, map[string]any{}))
		require.Equal(t, []string{"inputs", "stage"}, l.wrong(e["Project"], template, map[string]any{"size": 1, "stage": "mine"}))
		require.Empty(t, l.wrong(e["Project"], template, map[string]any{"size": 1}))
		again := l.offer(e["Project"], template)
		require.NotNil(t, again.Refusal)
		require.Contains(t, *again.Refusal, "can have it only once")
	}, func(c *app.Config) { c.Bindings = []string{`stage = = "test"`, "# nothing", ""} })
}

// offer asks as the administrator. No answer shows a value that is given.
func (l *land) offer(project, template string) (o offered) {
	l.t.Helper()
	answer := l.Admin().Ask(`query($p: ID!, $t: ID!) { offer(projectId: $p, templateId: $t) { schema refusal } }`, map[string]any{"p": project, "t": template})
	require.Empty(l.t, answer.Errors)
	require.NotContains(l.t, string(answer.Data), "north")
	require.NotContains(l.t, string(answer.Data), "s3cr3t-value")
	var found struct{ Offer offered }
	require.NoError(l.t, json.Unmarshal(answer.Data, &found))
	return found.Offer
}

// wrong requests a template and returns the field that is refused; there is no run then.
func (l *land) wrong(project, template string, inputs map[string]any) []string {
	l.t.Helper()
	var made struct {
		RequestResource struct {
			Run        *struct{ ID string }
			UserErrors []struct {
				Field   []string
				Message string
			}
		}
	}
	l.Admin().Get(&made, `mutation($p: ID!, $t: String!, $i: JSON!) { requestResource(input: {projectId: $p, template: $t, name: "one", inputs: $i}) { run { id } userErrors { field message } } }`,
		map[string]any{"p": project, "t": template, "i": inputs})
	if len(made.RequestResource.UserErrors) == 0 {
		require.NotNil(l.t, made.RequestResource.Run)
		return nil
	}
	require.Nil(l.t, made.RequestResource.Run)
	return made.RequestResource.UserErrors[0].Field
}

// shelve adds a library and returns the id of its only template.
func (l *land) shelve(name string, files map[string]string) string {
	l.t.Helper()
	var made struct {
		CreateLibrary struct{ Library struct{ ID string } }
	}
	l.Admin().Get(&made, `mutation($n: String!, $u: String!) { createLibrary(input: {name: $n, url: $u}) { library { id } userErrors { message } } }`,
		map[string]any{"n": name, "u": apptest.Repository(l.t, files)})
	id := made.CreateLibrary.Library.ID
	require.Eventually(l.t, func() bool { return l.client.Library.GetX(apptest.System(), id).Status == library.StatusREADY }, time.Minute, 10*time.Millisecond)
	return l.client.Library.GetX(apptest.System(), id).QueryTemplates().OnlyX(apptest.System()).ID
}

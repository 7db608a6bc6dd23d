package apptest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
)

// asked sends a query with a token in a language and returns the first message that comes back.
func asked(t *testing.T, s *apptest.Server, token, language, query string) (message, code string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	client := s.With(token)
	request := client.Request(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Del("Accept-Language")
	if language != "" {
		request.Header.Set("Accept-Language", language)
	}
	_, text := client.Do(request)
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
		Data map[string]struct {
			UserErrors []struct{ Message, Code string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &answer), "%s", text)
	if len(answer.Errors) > 0 {
		return answer.Errors[0].Message, answer.Errors[0].Extensions.Code
	}
	for _, payload := range answer.Data {
		return payload.UserErrors[0].Message, payload.UserErrors[0].Code
	}
	return "", ""
}

// What generated code says of a page is said in our words, in the language that the program asks for.
func TestPagesAreRefusedInBothLanguages(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	token := s.TokenFor(apptest.AdminEmail)
	for query, want := range map[string][2]string{
		`{ projects(first: 1, after: "nonsense") { totalCount } }`: {
			"This is no cursor: take it from pageInfo or an edge, as it is.", "Ceci n’est pas un curseur : reprenez tel quel celui de pageInfo ou d’un élément.",
		},
		`{ projects(first: -1) { totalCount } }`:         {"first cannot be negative.", "first ne peut pas être négatif."},
		`{ projects(last: -1) { totalCount } }`:          {"last cannot be negative.", "last ne peut pas être négatif."},
		`{ projects(first: 1, last: 1) { totalCount } }`: {"Give first or last, not both.", "Donnez first ou last, pas les deux."},
	} {
		for language, words := range map[string]string{"": want[0], "en-GB, fr;q=0.5": want[0], "de, fr-CA;q=0.8": want[1], "fr": want[1]} {
			message, code := asked(t, s, token, language, query)
			require.Equal(t, words, message, "%s in %q", query, language)
			require.Equal(t, "INVALID", code)
		}
	}
}

// A denial names what is missing: the role, or the scope of the token.
func TestADenialNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	l := newLand(t, s)
	e := l.estate("denied")
	narrow := s.TokenFor(apptest.AdminEmail, string(access.ProjectRead))
	request := `mutation { requestResource(input: {projectId: "` + e["Project"] + `", template: "storage-folder", name: "x"}) { userErrors { message code } } }`
	message, code := asked(t, s, narrow, "", request)
	require.Equal(t, "DENIED", code)
	require.Equal(t, "This token’s scopes do not include resource.request.", message)
	message, _ = asked(t, s, narrow, "fr", request)
	require.Equal(t, "Les permissions de ce jeton ne comprennent pas resource.request.", message)

	l.client.User.Create().SetName("Nobody").SetEmail("nobody@example.org").ExecX(apptest.System())
	message, code = asked(t, s, s.TokenFor("nobody@example.org"), "", `mutation { createProject(input: {acronym: "NONE", name: "None"}) { userErrors { message code } } }`)
	require.Equal(t, "DENIED", code)
	require.Equal(t, "You have no role on the platform that allows this (project.create).", message)
}

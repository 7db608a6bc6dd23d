package apptest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

const subscribe = `subscription { events { type } }`

// The protocol's close codes tell a client whether to come again. gqlgen's own transport closes with 1000 or 1002.
func TestASocketIsClosedWithTheProtocolsCode(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	admin := s.Admin()
	for name, c := range map[string]struct {
		code int
		talk func(*apptest.Socket)
	}{
		"a bad message":        {4400, func(k *apptest.Socket) { k.Send(apptest.Message{Type: "nonsense"}) }},
		"a second init":        {4429, func(k *apptest.Socket) { k.Send(apptest.Message{Type: "connection_init"}) }},
		"an id that is taken":  {4409, func(k *apptest.Socket) { k.Subscribe("1", subscribe, nil); k.Subscribe("1", subscribe, nil) }},
		"an operation with no": {4400, func(k *apptest.Socket) { k.Subscribe("", subscribe, nil) }},
	} {
		t.Run(name, func(t *testing.T) {
			socket := admin.Connect()
			c.talk(socket)
			code, _ := socket.Closed()
			require.Equal(t, c.code, code)
		})
	}
}

func TestWhoIsNobodyIsClosedWith4401(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	for _, payload := range []string{`{}`, `{"token": "arp_nonsense"}`, `{"Authorization": "Bearer arp_nonsense"}`} {
		socket := s.Nobody().Dial()
		socket.Send(apptest.Message{Type: "connection_init", Payload: json.RawMessage(payload)})
		code, _ := socket.Closed()
		require.Equal(t, 4401, code)
	}
	early := s.Nobody().Dial()
	early.Subscribe("1", subscribe, nil)
	code, _ := early.Closed()
	require.Equal(t, 4401, code, "nobody subscribes before they have said who they are")
}

func TestAConnectionHasSoManySubscriptions(t *testing.T) {
	t.Parallel()
	socket := apptest.Embedded(t).Admin().Connect()
	for i := range 51 {
		socket.Subscribe(fmt.Sprint(i), subscribe, nil)
	}
	m := socket.Next()
	require.Equal(t, "error", m.Type)
	require.Contains(t, string(m.Payload), "LIMITED")
	require.Equal(t, "50", m.ID)
}

func TestEachLimitIsNamed(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	admin := s.Admin()
	deep := strings.Repeat("projects(first: 1) { edges { node { organization { ", 6) + "id" + strings.Repeat(" } } } }", 6)
	var aliases strings.Builder
	for i := range 61 {
		fmt.Fprintf(&aliases, "a%d: eventCursor ", i)
	}
	for name, c := range map[string]struct{ query, says string }{
		"page":    {`{ projects(first: 101) { edges { node { id } } } }`, "at most 100 rows"},
		"cost":    {`{ projects(first: 100) { edges { node { runs(first: 100) { edges { node { id kind status } } } } } } }`, "costs"},
		"depth":   {"{ " + deep + " }", "16 deep"},
		"aliases": {"{ " + aliases.String() + "}", "60 aliases"},
		"size":    {"{ eventCursor } #" + strings.Repeat("x", 64<<10), "65536 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := admin.Ask(c.query, nil)
			require.NotEmpty(t, answer.Errors)
			require.Equal(t, "LIMITED", answer.Errors[0].Extensions.Code)
			require.Contains(t, answer.Errors[0].Message, c.says)
			require.NotEmpty(t, answer.Errors[0].Extensions.RequestID)
		})
	}
}

// A variable without a value must not turn a page into the whole table, as it does with stock entgql.
func TestAPageThatNamesNoSizeHasTheUsualOne(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	l := newLand(t, s)
	l.crowd(l.estate("crowd")["Project"], 0, 40)
	for _, query := range []string{
		`{ users { edges { node { id } } pageInfo { hasNextPage } } }`,
		`query($n: Int) { users(first: $n) { edges { node { id } } pageInfo { hasNextPage } } }`,
	} {
		var data struct {
			Users struct {
				Edges    []any
				PageInfo struct{ HasNextPage bool }
			}
		}
		s.Admin().Get(&data, query, nil)
		require.Len(t, data.Users.Edges, 20)
		require.True(t, data.Users.PageInfo.HasNextPage)
	}
}

func TestTheSameKeyGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		const create = `mutation($a: String!, $n: String!, $k: String) {
			createProject(input: {acronym: $a, name: $n, idempotencyKey: $k}) { project { id } run { id } userErrors { code field } } }`
		type answer struct {
			CreateProject struct {
				Project, Run *struct{ ID string }
				UserErrors   []struct {
					Code  string
					Field []string
				}
			}
		}
		admin := s.Admin()
		answers := make([]answer, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { admin.Get(&answers[i], create, map[string]any{"a": "ONCE", "n": "Once", "k": "key"}) })
		}
		all.Wait()
		for _, a := range answers {
			require.Empty(t, a.CreateProject.UserErrors)
			require.Equal(t, answers[0].CreateProject.Project, a.CreateProject.Project)
			require.Equal(t, answers[0].CreateProject.Run, a.CreateProject.Run)
		}
		var other answer
		admin.Get(&other, create, map[string]any{"a": "OTHER", "n": "Other", "k": "key"})
		require.Nil(t, other.CreateProject.Project)
		require.Equal(t, "CONFLICT", other.CreateProject.UserErrors[0].Code)
		require.Equal(t, []string{"idempotencyKey"}, other.CreateProject.UserErrors[0].Field)
		var mended answer
		admin.Get(&mended, create, map[string]any{"a": "bad", "n": "Bad", "k": "second"})
		require.Equal(t, "INVALID", mended.CreateProject.UserErrors[0].Code)
		admin.Get(&mended, create, map[string]any{"a": "GOOD", "n": "Good", "k": "second"})
		require.Empty(t, mended.CreateProject.UserErrors, "a refused request leaves no key behind")
	})
}

func TestAForeignPageCannotUseTheCookie(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	browser := s.SignIn(apptest.AdminEmail, apptest.AdminPassword)
	ask := func(headers map[string]string) int {
		request := browser.Request(http.MethodPost, "/graphql", strings.NewReader(`{"query": "{ viewer { name } }"}`))
		request.Header.Set("Content-Type", "application/json")
		for name, value := range headers {
			request.Header.Set(name, value)
		}
		response, _ := browser.Do(request)
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, ask(nil))
	require.Equal(t, http.StatusOK, ask(map[string]string{"Origin": s.URL()}))
	require.Equal(t, http.StatusForbidden, ask(map[string]string{"Origin": "https://evil.example"}))
	require.Equal(t, http.StatusForbidden, ask(map[string]string{"Sec-Fetch-Site": "cross-site"}))
	response, _ := browser.Fetch("/graphql?query=mutation%20%7B%20ping%20%7D")
	require.NotEqual(t, http.StatusOK, response.StatusCode, "GET is for queries")
}

func TestWhatIsOursIsHidden(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	answer := s.Admin().Ask(`query($c: Cursor) { projects(first: 1, after: $c) { edges { node { id } } } }`, map[string]any{"c": "nonsense"})
	require.Equal(t, "INVALID", answer.Errors[0].Extensions.Code)
	answer = s.Admin().Ask(`{ nothing }`, nil)
	require.Equal(t, "INVALID", answer.Errors[0].Extensions.Code)
	answer = s.Nobody().Ask(`{ __schema { queryType { name } } }`, nil)
	require.NotEqual(t, `{"__schema":{"queryType":{"name":"Query"}}}`, string(answer.Data), "strangers do not see the schema")
}

// A tool whose token may only report learns that it reads nothing, and that what it sends is too much.
func TestAReportersTokenIsToldItsBounds(t *testing.T) {
	t.Parallel()
	s := apptest.Embedded(t)
	reporter := s.With(s.TokenFor(apptest.AdminEmail, "state.report"))
	for _, path := range []string{"/exports/servers.csv", "/sources/ansible", "/sources/ansible/x", "/sources/prometheus", "/sources/ssh_config", "/sources/known_hosts"} {
		answer, text := reporter.Fetch(path)
		require.Equal(t, http.StatusForbidden, answer.StatusCode, path)
		require.Contains(t, string(text), "DENIED")
	}
	for _, scope := range []string{"inventory.read", "project.read"} {
		answer, _ := s.With(s.TokenFor(apptest.AdminEmail, scope)).Fetch("/exports/servers.csv")
		require.Equal(t, http.StatusOK, answer.StatusCode, scope)
	}
	answer, text := reporter.Do(reporter.Request(http.MethodPost, "/reports", strings.NewReader(`{"x":"`+strings.Repeat("y", 5<<20)+`"}`)))
	require.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
	require.Contains(t, string(text), "LIMITED")
	answer, _ = reporter.Do(reporter.Request(http.MethodPost, "/reports", strings.NewReader(`{"subject":"x","status":"ok"}`)))
	require.Equal(t, http.StatusOK, answer.StatusCode)
}

package processes_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

// attack is a hostile operation and the limit that it must be told of; without one it is invalid.
type attack struct {
	name, query string
	variables   map[string]any
	limit       string
}

func attacks() []attack {
	deep := strings.Repeat("projects(first: 1) { edges { node { organization { ", 6) + "id" + strings.Repeat(" } } } }", 6)
	var aliases, bomb strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&aliases, "a%d: eventCursor ", i)
	}
	bomb.WriteString("{ viewer { ...f0 } } ")
	for i := range 30 {
		fmt.Fprintf(&bomb, "fragment f%d on Viewer { ...f%d ...f%d } ", i, i+1, i+1)
	}
	bomb.WriteString("fragment f30 on Viewer { name }")
	ids, not := make([]string, 20_000), map[string]any{"name": "x"}
	for i := range 4000 {
		not = map[string]any{"not": not}
		ids[i] = "prj_x"
	}
	types := "{ name " + strings.Repeat("fields { type { ", 4) + "name" + strings.Repeat(" } }", 4) + " }"
	return []attack{
		{"too deep", "{ " + deep + " }", nil, "depth"},
		{"too wide", `{ projects(first: 100) { edges { node { runs(first: 100) { edges { node { id kind status } } } } } } }`, nil, "cost"},
		{"a thousand aliases", "{ " + aliases.String() + "}", nil, "aliases"},
		{"a page of a million", `{ projects(first: 1000000) { edges { node { id } } } }`, nil, "page"},
		{"a page of a million in a variable", `query($n: Int) { projects(last: $n) { edges { node { id } } } }`, map[string]any{"n": 1_000_000}, "page"},
		{"a million ids", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": ids}, "page"},
		{"a page beyond all numbers", `{ projects(first: 99999999999999999999) { edges { node { id } } } }`, nil, ""},
		{"too many words", "{ " + strings.Repeat("eventCursor ", 5001) + "}", nil, "tokens"},
		{"too long", "{ eventCursor } #" + strings.Repeat("x", 64<<10), nil, "query"},
		{"a filter of thousands", `query($w: ProjectWhereInput) { projects(where: $w) { edges { node { id } } } }`, map[string]any{"w": map[string]any{"idIn": ids}}, "filter"},
		{"a filter in a filter", `query($w: ProjectWhereInput) { projects(where: $w) { edges { node { id } } } }`, map[string]any{"w": not}, "filter"},
		{"fragments that unfold", bomb.String(), nil, "fields"},
		{"fragments in a circle", "{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }", nil, ""},
		{"directives", "{ eventCursor " + strings.Repeat("@skip(if: false) ", 500) + "}", nil, ""},
		{"unknown directives", "{ eventCursor " + strings.Repeat("@x ", 2000) + "}", nil, ""},
		{"a deep look at the schema", "{ __schema { types " + types + " } }", nil, "introspection"},
		{"three looks at the schema", "{ a: __schema { types { name } } b: __schema { types { name } } c: __schema { types { name } } }", nil, "cost"},
		{"lists in lists", "{ projects(where: {idIn: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}) { edges { node { id } } } }", nil, ""},
	}
}

// ways send an operation over each transport and return what is said of it.
var ways = map[string]func(*testing.T, *apptest.Client, attack) apptest.Error{
	"POST": func(t *testing.T, c *apptest.Client, a attack) apptest.Error {
		answer := c.Ask(a.query, a.variables)
		require.NotEmpty(t, answer.Errors, a.name)
		return answer.Errors[0]
	},
	"GET": func(t *testing.T, c *apptest.Client, a attack) apptest.Error {
		variables := apptest.Must(json.Marshal(a.variables))(t)
		path := "/graphql?" + url.Values{"query": {a.query}, "variables": {string(variables)}}.Encode()
		if len(path) > 60<<10 {
			response, _ := c.Fetch(path)
			require.Contains(t, []int{http.StatusRequestHeaderFieldsTooLarge, http.StatusUnprocessableEntity, http.StatusOK}, response.StatusCode)
			return c.Ask(a.query, a.variables).Errors[0] // headers have a limit of their own
		}
		_, text := c.Fetch(path)
		return apptest.FirstError(t, text)
	},
	"stream": func(t *testing.T, c *apptest.Client, a attack) apptest.Error {
		return apptest.FirstError(t, c.Stream(a.query, a.variables).Next().Payload)
	},
	"socket": func(t *testing.T, c *apptest.Client, a attack) apptest.Error {
		socket := c.Connect()
		defer socket.Close()
		socket.Subscribe("1", a.query, a.variables)
		m := socket.Next()
		if m.Type == "next" {
			return apptest.FirstError(t, m.Payload)
		}
		var list []apptest.Error
		require.NoError(t, json.Unmarshal(m.Payload, &list), "%s", m.Payload)
		return list[0]
	},
	"multipart": func(t *testing.T, c *apptest.Client, a attack) apptest.Error {
		operations := apptest.Must(json.Marshal(map[string]any{"query": a.query, "variables": a.variables}))(t)
		return apptest.FirstError(t, upload(t, c, string(operations), "{}"))
	},
}

func upload(t *testing.T, c *apptest.Client, operations, places string) []byte {
	t.Helper()
	return c.Upload(operations, places, "a file")
}

// Whatever is too much is refused with the limit named, over every transport, and the memory of the server stays flat.
func TestHostileOperationsAreToldTheirLimit(t *testing.T) {
	t.Parallel()
	in := install(t, "ARPENT_WORKERS=0")
	client := in.client()
	var peaks []int
	for range 3 {
		for name, way := range ways {
			for _, a := range attacks() {
				e := way(t, client, a)
				if a.limit == "" {
					require.Equal(t, "INVALID", e.Extensions.Code, "%s over %s: %s", a.name, name, e.Message)
					continue
				}
				require.Equal(t, "LIMITED", e.Extensions.Code, "%s over %s: %s", a.name, name, e.Message)
				require.Equal(t, a.limit, e.Extensions.Limit.Name, "%s over %s: %s", a.name, name, e.Message)
				require.Contains(t, e.Message, strconv.Itoa(e.Extensions.Limit.Max), "%s over %s", a.name, name)
			}
		}
		in.largeBodies()
		in.manySubscriptions()
		peaks = append(peaks, in.peak())
	}
	t.Logf("peak of memory after each round: %d MiB", peaks)
	require.Less(t, peaks[2]-peaks[1], 32, "the memory of the server grows: %d MiB", peaks)
	require.Less(t, peaks[2], 400)
	var alive struct{ EventCursor string }
	client.Get(&alive, "{ eventCursor }", nil)
}

// peak is the largest resident memory that the process has had, in MiB.
func (in *installation) peak() int {
	in.t.Helper()
	status := apptest.Must(os.ReadFile(fmt.Sprintf("/proc/%d/status", in.cmd.Process.Pid)))(in.t)
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	return apptest.Must(strconv.Atoi(strings.Fields(after)[0]))(in.t) >> 10
}

// endless is a body of a size that nobody has to hold.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.left))
	for i := range n {
		p[i] = ' '
	}
	e.left -= int64(n)
	return n, nil
}

// largeBodies sends a hundred megabytes in every way there is.
func (in *installation) largeBodies() {
	in.t.Helper()
	const size = 100 << 20
	for _, c := range []struct {
		kind, accept string
		length       int64
		code, limit  string
	}{
		{"application/json", "", size, "LIMITED", "body"},
		{"application/json", "", -1, "LIMITED", "body"},
		{"application/json", "text/event-stream", size, "LIMITED", "body"},
		{"multipart/form-data; boundary=x", "", size, "LIMITED", "upload"},
		{"multipart/form-data; boundary=x", "", -1, "INVALID", ""},
	} {
		request := in.client().Request(http.MethodPost, "/graphql", &endless{left: size})
		request.ContentLength = c.length
		request.Header.Set("Content-Type", c.kind)
		request.Header.Set("Accept", c.accept)
		_, text := in.client().Do(request)
		e := apptest.FirstError(in.t, text)
		require.Equal(in.t, c.code, e.Extensions.Code, "%v %s", c, text)
		require.Equal(in.t, c.limit, e.Extensions.Limit.Name, "%v", c)
	}
	nested := `{"query": "{ eventCursor }", "variables": {"x": ` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + "}}"
	status, text := in.client().Post("/graphql", json.RawMessage(`{"query": 1}`))
	require.Equal(in.t, http.StatusBadRequest, status, "%s", text)
	request := in.client().Request(http.MethodPost, "/graphql", strings.NewReader(nested))
	request.Header.Set("Content-Type", "application/json")
	_, text = in.client().Do(request)
	require.Equal(in.t, "INVALID", apptest.FirstError(in.t, text).Extensions.Code)
	places := `{"0": [` + strings.TrimSuffix(strings.Repeat(`"variables.f",`, 100_000), ",") + `]}`
	require.Contains(in.t, string(upload(in.t, in.client(), `{"query": "{ eventCursor }", "variables": {"f": null}}`, places)), "eventCursor", "one file in a hundred thousand places opens no files")
	socket := in.client().Connect()
	socket.Subscribe("1", "{ eventCursor } #"+strings.Repeat("x", 1<<20), nil) // just beyond: all of it is on its way
	code, _ := socket.Closed()
	require.Equal(in.t, 1009, code, "too big")
}

// manySubscriptions begins a thousand on one socket: fifty live, each of the others is told why not.
func (in *installation) manySubscriptions() {
	in.t.Helper()
	socket := in.client().Connect()
	defer socket.Close()
	for i := range 1000 {
		socket.Subscribe(fmt.Sprint(i), `subscription { events { type } }`, nil)
	}
	for i := 50; i < 1000; i++ {
		m := socket.Next()
		require.Equal(in.t, "error", m.Type)
		require.Equal(in.t, fmt.Sprint(i), m.ID)
		require.Contains(in.t, string(m.Payload), `"limit":{"asked":51,"max":50,"name":"operations"}`)
	}
}

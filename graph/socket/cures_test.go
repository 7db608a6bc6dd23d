package socket_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/arpent/arpent/graph/socket"
)

// endless is a schema whose one subscription sends large answers for as long as somebody listens.
func endless(stopped chan<- struct{}) graphql.ExecutableSchema {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { a: Int } type Subscription { noise: String! }`})
	answer := []byte(`{"noise":"` + strings.Repeat("x", 1<<16) + `"}`)
	return &graphql.ExecutableSchemaMock{
		SchemaFunc:     func() *ast.Schema { return schema },
		ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 1, true },
		ExecFunc: func(ctx context.Context) graphql.ResponseHandler {
			go func() { <-ctx.Done(); stopped <- struct{}{} }()
			return func(ctx context.Context) *graphql.Response {
				if ctx.Err() != nil {
					return nil
				}
				return &graphql.Response{Data: answer}
			}
		},
	}
}

func dial(t *testing.T, transport socket.Transport, stopped chan<- struct{}) *websocket.Conn {
	t.Helper()
	served := handler.New(endless(stopped))
	served.AddTransport(transport)
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(server.URL, "http", "ws", 1),
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// gqlgen's own transport has no write deadline: a client that stops reading keeps its subscription for ever.
func TestAClientThatStopsReadingIsDropped(t *testing.T) {
	t.Parallel()
	stopped := make(chan struct{}, 1)
	conn := dial(t, socket.Transport{WriteTimeout: 300 * time.Millisecond}, stopped)
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte(`{"type":"connection_init"}`)))
	_, _, err := conn.Read(t.Context())
	require.NoError(t, err)
	require.NoError(t, conn.Write(t.Context(), websocket.MessageText,
		[]byte(`{"id":"1","type":"subscribe","payload":{"query":"subscription { noise }"}}`)))
	select {
	case <-stopped:
	case <-time.After(30 * time.Second):
		t.Fatal("the subscription of a client that does not read goes on")
	}
}

// gqlgen closes with 1002 when nobody says hello; the protocol asks for 4408.
func TestAClientThatSaysNothingIsClosedWith4408(t *testing.T) {
	t.Parallel()
	conn := dial(t, socket.Transport{InitTimeout: 100 * time.Millisecond}, make(chan struct{}, 1))
	_, _, err := conn.Read(t.Context())
	require.EqualValues(t, 4408, websocket.CloseStatus(err), "%v", err)
}

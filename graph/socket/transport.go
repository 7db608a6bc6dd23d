package socket

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const protocol = "graphql-transport-ws"

// The close codes of the protocol.
const (
	codeBadMessage      = 4400
	codeUnauthorized    = 4401
	codeForbidden       = 4403
	codeBadProtocol     = 4406
	codeInitTimeout     = 4408
	codeSubscriberTaken = 4409
	codeTooManyInits    = 4429
)

// Transport accepts WebSockets. The zero value of a time or number means no limit.
type Transport struct {
	Origins          []string      // hosts beside the request's own whose pages may connect
	InitTimeout      time.Duration // for the first message
	WriteTimeout     time.Duration // for a client to take a message
	PingEvery        time.Duration // a client that is silent for twice as long is dropped
	MaxMessage       int64         // bytes
	MaxSubscriptions int           // of one connection at once
	// Init finds out who connects, from what connection_init carries. An error closes the connection: 4401.
	Init func(ctx context.Context, payload json.RawMessage) (context.Context, error)
	// Alive is asked with every ping whether who connected still may. When not, the connection closes: 4401.
	Alive func(ctx context.Context) bool
	// Recover turns the panic of an operation into what its client is shown.
	Recover func(ctx context.Context, p any) *gqlerror.Error
	// Draining ends all connections: clients come back, and reach another replica.
	Draining <-chan struct{}
}

var _ graphql.Transport = Transport{}

// Supports tells whether the request asks for a WebSocket.
func (t Transport) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do serves one connection until its end.
func (t Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accepted, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:    []string{protocol},
		OriginPatterns:  t.Origins,
		CompressionMode: websocket.CompressionDisabled, // a window for each connection costs 1.2 MB
	})
	if err != nil {
		return // Accept has answered
	}
	if t.MaxMessage > 0 {
		accepted.SetReadLimit(t.MaxMessage)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	c := &connection{Transport: t, socket: accepted, exec: exec, headers: r.Header, active: map[string]*operation{}}
	c.serve(ctx, cancel)
}

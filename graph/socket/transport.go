package socket

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
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
	// Draining, when it is done, ends all connections: clients come back, and reach another replica.
	Draining context.Context
}

var _ graphql.Transport = Transport{}

// Supports tells whether the request asks for a WebSocket.
func (t Transport) Supports(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Do begins to serve a connection and returns: what net/http needed to read the request is given back, while the
// connection may wait for days.
func (t Transport) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	accepted, err := websocket.Accept(small{w}, r, &websocket.AcceptOptions{
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
	// net/http ends the request's context when Do returns.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	headers := http.Header{"Upgrade": r.Header["Upgrade"]} // all that anybody asks for
	c := &connection{Transport: t, socket: accepted, exec: exec, headers: headers, active: map[string]*operation{}}
	go c.serve(ctx, cancel)
}

// small gives a connection buffers of the size of our messages: net/http's are 4 KiB for each direction.
type small struct{ http.ResponseWriter }

const bufferSize = 512

// Hijack takes the connection over.
func (s small) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(s.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	read, err := buffers.Peek(buffers.Reader.Buffered())
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	reader := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(read)), conn), max(bufferSize, len(read)))
	if _, err := reader.Peek(len(read)); err != nil { // whoever takes over looks at what is there already
		return nil, nil, errors.Join(err, conn.Close())
	}
	return conn, bufio.NewReadWriter(reader, bufio.NewWriterSize(conn, bufferSize)), nil
}

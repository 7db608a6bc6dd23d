package socket

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
)

// message is one message of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// connection is one client.
type connection struct {
	Transport
	socket  *websocket.Conn
	exec    graphql.GraphExecutor
	headers http.Header
	heard   atomic.Int64 // when the client last said anything, in Unix nanoseconds

	mutex  sync.Mutex
	active map[string]*operation
	tasks  sync.WaitGroup
	pulse  *time.Timer // of the next ping
}

// closing is a reason to close the connection.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c closing) Error() string { return c.reason }

func (c *connection) serve(ctx context.Context, cancel context.CancelFunc) {
	defer c.tasks.Wait()
	defer cancel()
	err := c.session(ctx, cancel)
	var why closing
	if errors.As(err, &why) {
		_ = c.socket.Close(why.code, why.reason) // who is gone needs no farewell
		return
	}
	_ = c.socket.CloseNow()
}

func (c *connection) session(ctx context.Context, cancel context.CancelFunc) error {
	if c.socket.Subprotocol() != protocol {
		return closing{codeBadProtocol, "Subprotocol not acceptable"}
	}
	ctx, err := c.greet(ctx)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	defer c.guard(ctx, func(why error) {
		select {
		case ended <- why:
			cancelRead(c, why)
		default: // it ends already
		}
		cancel()
	})()
	err = c.listen(ctx)
	select {
	case why := <-ended:
		return why
	default:
		return err
	}
}

// cancelRead ends the reading by saying why to the client.
func cancelRead(c *connection, err error) {
	var why closing
	if errors.As(err, &why) {
		_ = c.socket.Close(why.code, why.reason)
		return
	}
	_ = c.socket.CloseNow()
}

// greet waits for connection_init and answers it.
func (c *connection) greet(ctx context.Context) (context.Context, error) {
	first, err := c.hello(ctx)
	if err != nil {
		return nil, err
	}
	if first.Type != "connection_init" {
		return nil, closing{codeUnauthorized, "Unauthorized"}
	}
	if c.Init != nil {
		if ctx, err = c.Init(ctx, first.Payload); err != nil {
			return nil, closing{codeUnauthorized, "Unauthorized"}
		}
	}
	return ctx, c.write(ctx, message{Type: "connection_ack"})
}

// hello waits for the first message. What we then take to find out who the client is does not count against it.
func (c *connection) hello(ctx context.Context) (message, error) {
	if c.InitTimeout > 0 {
		// A context that ends a read also closes the connection at once: the client would never see the code.
		timer := time.AfterFunc(c.InitTimeout, func() {
			_ = c.socket.Close(codeInitTimeout, "Connection initialisation timeout")
		})
		defer timer.Stop()
	}
	return c.read(ctx)
}

// listen carries out what the client says until it leaves.
func (c *connection) listen(ctx context.Context) error {
	for {
		next, err := c.read(ctx)
		if err != nil {
			return err
		}
		if err := c.take(ctx, next); err != nil {
			return err
		}
	}
}

func (c *connection) take(ctx context.Context, m message) error {
	switch m.Type {
	case "connection_init":
		return closing{codeTooManyInits, "Too many initialisation requests"}
	case "ping":
		return c.write(ctx, message{Type: "pong", Payload: m.Payload})
	case "pong":
		return nil
	case "complete":
		c.stop(m.ID)
		return nil
	case "subscribe":
		return c.start(ctx, m)
	}
	return closing{codeBadMessage, "Invalid message"}
}

func (c *connection) read(ctx context.Context) (message, error) {
	kind, data, err := c.socket.Read(ctx)
	if err != nil {
		return message{}, err
	}
	c.heard.Store(time.Now().UnixNano())
	var m message
	if kind != websocket.MessageText || json.Unmarshal(data, &m) != nil || m.Type == "" {
		return message{}, closing{codeBadMessage, "Invalid message"}
	}
	return m, nil
}

func (c *connection) write(ctx context.Context, m message) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.send(ctx, data)
}

// send sends the text of a message. A client that does not take it in time is dropped.
func (c *connection) send(ctx context.Context, data []byte) error {
	if c.WriteTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.WriteTimeout)
		defer cancel()
	}
	if err := c.socket.Write(ctx, websocket.MessageText, data); err != nil {
		_ = c.socket.CloseNow() // half a message cannot be mended
		return err
	}
	return nil
}

// guard pings, and ends the connection when the client is silent, may no longer look, or the server stops. It has no
// goroutine while nothing happens: ten thousand dashboards mostly wait.
func (c *connection) guard(ctx context.Context, end func(why error)) (stop func()) {
	stays := context.AfterFunc(c.drained(), func() { end(closing{websocket.StatusGoingAway, "The server is stopping"}) })
	c.beatLater(ctx, end)
	return func() {
		stays()
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if c.pulse != nil {
			c.pulse.Stop()
		}
	}
}

// drained is done when the server begins to stop.
func (c *connection) drained() context.Context {
	if c.Draining == nil {
		return context.Background()
	}
	return c.Draining
}

// beatLater has the client pinged after a while, and again after that.
func (c *connection) beatLater(ctx context.Context, end func(why error)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.PingEvery <= 0 || ctx.Err() != nil {
		return
	}
	c.pulse = time.AfterFunc(c.PingEvery, func() {
		if err := c.beat(ctx); err != nil {
			end(err)
			return
		}
		c.beatLater(ctx, end)
	})
}

// beat pings once. An error says why the connection ends.
func (c *connection) beat(ctx context.Context) error {
	if time.Now().UnixNano()-c.heard.Load() > int64(2*c.PingEvery) {
		return errors.New("the client is silent")
	}
	if c.Alive != nil && !c.Alive(ctx) {
		return closing{codeUnauthorized, "Unauthorized"}
	}
	return c.write(ctx, message{Type: "ping"})
}

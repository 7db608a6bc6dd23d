package apptest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for a message that must come.
const patience = 20 * time.Second

// Socket is a connection by the protocol graphql-transport-ws.
type Socket struct {
	tb   testing.TB
	conn *websocket.Conn
}

// Message is one of the protocol's messages.
type Message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Dial opens a WebSocket without saying anything.
func (c *Client) Dial() *Socket {
	c.tb.Helper()
	options := &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: c.http}
	conn, _, err := websocket.Dial(context.Background(), strings.Replace(c.url, "http", "ws", 1)+"/graphql", options)
	require.NoError(c.tb, err)
	conn.SetReadLimit(16 << 20)
	s := &Socket{tb: c.tb, conn: conn}
	c.tb.Cleanup(func() { _ = conn.CloseNow() })
	return s
}

// Connect opens a WebSocket and introduces the client.
func (c *Client) Connect() *Socket {
	c.tb.Helper()
	s := c.Dial()
	payload, err := json.Marshal(map[string]string{"token": c.token})
	require.NoError(c.tb, err)
	s.Send(Message{Type: "connection_init", Payload: payload})
	require.Equal(c.tb, "connection_ack", s.Next().Type)
	return s
}

// Send sends a message.
func (s *Socket) Send(m Message) {
	s.tb.Helper()
	require.NoError(s.tb, wsjson.Write(context.Background(), s.conn, m))
}

// Subscribe begins an operation under an id.
func (s *Socket) Subscribe(id, query string, variables map[string]any) {
	s.tb.Helper()
	payload, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(s.tb, err)
	s.Send(Message{ID: id, Type: "subscribe", Payload: payload})
}

// Close breaks the connection off without a word.
func (s *Socket) Close() { _ = s.conn.CloseNow() }

// Next waits for the next message; pings are answered and left out.
func (s *Socket) Next() Message {
	s.tb.Helper()
	m, err := s.read()
	require.NoError(s.tb, err)
	return m
}

// Data waits for the next message, which must be data of an operation, and reads it.
func (s *Socket) Data(into any) {
	s.tb.Helper()
	m := s.Next()
	require.Equal(s.tb, "next", m.Type, "%s", m.Payload)
	var answer Answer
	require.NoError(s.tb, json.Unmarshal(m.Payload, &answer))
	require.Empty(s.tb, answer.Errors)
	require.NoError(s.tb, json.Unmarshal(answer.Data, into))
}

// Closed waits until the server closes, and returns its code and reason.
func (s *Socket) Closed() (code int, reason string) {
	s.tb.Helper()
	for {
		_, err := s.read()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		require.ErrorAs(s.tb, err, &closed)
		return int(closed.Code), closed.Reason
	}
}

func (s *Socket) read() (Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		var m Message
		if err := wsjson.Read(ctx, s.conn, &m); err != nil {
			return Message{}, err
		}
		if m.Type != "ping" {
			return m, nil
		}
		if err := wsjson.Write(ctx, s.conn, Message{Type: "pong"}); err != nil {
			return Message{}, err
		}
	}
}

package apptest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stream is an operation over server-sent events.
type Stream struct {
	Status int
	Header http.Header
	tb     testing.TB
	lines  *bufio.Reader
	cancel context.CancelFunc
}

// Stream begins an operation over server-sent events. It ends with Close, or the test.
func (c *Client) Stream(query string, variables map[string]any) *Stream {
	c.tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(c.tb, err)
	ctx, cancel := context.WithCancel(context.Background())
	request := c.Request(http.MethodPost, "/graphql", bytes.NewReader(body)).WithContext(ctx)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := c.http.Do(request)
	require.NoError(c.tb, err)
	s := &Stream{Status: response.StatusCode, Header: response.Header, tb: c.tb, lines: bufio.NewReader(response.Body), cancel: func() {
		cancel()
		_ = response.Body.Close()
	}}
	c.tb.Cleanup(s.Close)
	return s
}

// Close leaves in the middle of whatever is sent.
func (s *Stream) Close() { s.cancel() }

// Next waits for the next event; its payload is an answer of GraphQL. Comments, which keep a stream alive, are left out.
func (s *Stream) Next() Message {
	s.tb.Helper()
	var m Message
	for {
		line, err := s.lines.ReadString('\n')
		require.True(s.tb, err == nil || err == io.EOF && m.Type != "", "%v", err)
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case name == "event":
			m.Type = value
		case name == "data":
			m.Payload = json.RawMessage(value)
		case name == "" && m.Type != "":
			return m
		}
	}
}

// Data waits for the next answer, which must be one without errors, and reads it.
func (s *Stream) Data(into any) {
	s.tb.Helper()
	m := s.Next()
	require.Equal(s.tb, "next", m.Type, "%s", m.Payload)
	var answer Answer
	require.NoError(s.tb, json.Unmarshal(m.Payload, &answer))
	require.Empty(s.tb, answer.Errors)
	require.NoError(s.tb, json.Unmarshal(answer.Data, into))
}

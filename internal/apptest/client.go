package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
)

// Client is somebody who uses a server. Its zero credential is nobody's.
type Client struct {
	tb    testing.TB
	url   string
	token string
	http  *http.Client
}

// Nobody is a client that is not signed in.
func (s *Server) Nobody() *Client {
	s.tb.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(s.tb, err)
	return &Client{tb: s.tb, url: s.URL(), http: &http.Client{Jar: jar}}
}

// Admin is the first administrator, with a token.
func (s *Server) Admin() *Client { return s.With(s.TokenFor(AdminEmail)) }

// With is a client that shows a token.
func (s *Server) With(token string) *Client {
	c := s.Nobody()
	c.token = token
	return c
}

// TokenFor makes a token for the account with an address; without scopes it lets everything through.
func (s *Server) TokenFor(email string, scopes ...string) string {
	s.tb.Helper()
	if len(scopes) == 0 {
		scopes = []string{auth.EveryScope}
	}
	token, err := s.CreateToken(context.Background(), email, "test", scopes, 0)
	require.NoError(s.tb, err)
	return token
}

// Person makes an account without any role and returns its client.
func (s *Server) Person(email string) *Client {
	s.tb.Helper()
	_, _, err := s.Auth.CreateUser(access.As(context.Background(), "test"), auth.UserInput{
		Email: email, Name: email, Locale: "en", Password: AdminPassword,
	})
	require.NoError(s.tb, err)
	return s.With(s.TokenFor(email))
}

// SignIn is a browser that has signed in.
func (s *Server) SignIn(email, password string) *Client {
	s.tb.Helper()
	c := s.Nobody()
	status, _ := c.Post("/auth/login", map[string]string{"email": email, "password": password})
	require.Equal(s.tb, http.StatusOK, status)
	return c
}

// Token is what the client shows.
func (c *Client) Token() string { return c.token }

// Answer is an answer of GraphQL.
type Answer struct {
	Status int             `json:"-"`
	Header http.Header     `json:"-"`
	Data   json.RawMessage `json:"data"`
	Errors []Error         `json:"errors"`
}

// Error is an error of GraphQL.
type Error struct {
	Message    string `json:"message"`
	Path       []any  `json:"path"`
	Extensions struct {
		Code      string `json:"code"`
		RequestID string `json:"requestId"`
		Limit     struct {
			Name string `json:"name"`
			Max  int    `json:"max"`
		} `json:"limit"`
	} `json:"extensions"`
}

// Ask sends an operation and returns the answer as it is.
func (c *Client) Ask(query string, variables map[string]any) Answer {
	c.tb.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(c.tb, err)
	request := c.Request(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	require.NoError(c.tb, err)
	defer response.Body.Close()
	answer := Answer{Status: response.StatusCode, Header: response.Header}
	text, err := io.ReadAll(response.Body)
	require.NoError(c.tb, err)
	require.NoError(c.tb, json.Unmarshal(text, &answer), "%s", text)
	return answer
}

// Refusal is the code of the first refusal of a mutation, empty when it was done.
func (a Answer) Refusal(tb testing.TB) string {
	tb.Helper()
	if len(a.Errors) > 0 {
		return a.Errors[0].Extensions.Code
	}
	var payloads map[string]json.RawMessage
	require.NoError(tb, json.Unmarshal(a.Data, &payloads))
	for _, payload := range payloads {
		var refused struct{ UserErrors []struct{ Code string } }
		if json.Unmarshal(payload, &refused) == nil && len(refused.UserErrors) > 0 {
			return refused.UserErrors[0].Code
		}
	}
	return ""
}

// RequireDone proves that a mutation was done, which asks for the codes of its refusals.
func (a Answer) RequireDone(tb testing.TB) {
	tb.Helper()
	require.Empty(tb, a.Errors)
	require.NotContains(tb, string(a.Data), `"code"`)
}

// Get sends an operation that must succeed, and reads its data into what into points to.
func (c *Client) Get(into any, query string, variables map[string]any) {
	c.tb.Helper()
	answer := c.Ask(query, variables)
	require.Empty(c.tb, answer.Errors, "%s", query)
	require.NoError(c.tb, json.Unmarshal(answer.Data, into), "%s", answer.Data)
}

// Refused sends an operation that must fail as a whole, and returns the code of its first error.
func (c *Client) Refused(query string, variables map[string]any) string {
	c.tb.Helper()
	answer := c.Ask(query, variables)
	require.NotEmpty(c.tb, answer.Errors, "%s → %s", query, answer.Data)
	return answer.Errors[0].Extensions.Code
}

// Request makes a request that shows what the client has to show.
func (c *Client) Request(method, path string, body io.Reader) *http.Request {
	c.tb.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, c.url+path, body)
	require.NoError(c.tb, err)
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return request
}

// Do sends a request and returns the whole answer.
func (c *Client) Do(request *http.Request) (*http.Response, []byte) {
	c.tb.Helper()
	response, err := c.http.Do(request)
	require.NoError(c.tb, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(c.tb, err)
	return response, text
}

// Fetch gets a path.
func (c *Client) Fetch(path string) (*http.Response, []byte) {
	c.tb.Helper()
	return c.Do(c.Request(http.MethodGet, path, nil))
}

// Post sends JSON.
func (c *Client) Post(path string, body any) (status int, text []byte) {
	c.tb.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(c.tb, err)
	request := c.Request(http.MethodPost, path, bytes.NewReader(encoded))
	request.Header.Set("Content-Type", "application/json")
	response, text := c.Do(request)
	return response.StatusCode, text
}

// At is a client of a server that was started elsewhere, with a token.
func At(tb testing.TB, url, token string) *Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(tb, err)
	return &Client{tb: tb, url: url, token: token, http: &http.Client{Jar: jar}}
}

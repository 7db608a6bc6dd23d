package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
)

// Patience is how long a test waits for what must come.
const Patience = 20 * time.Second

// What subscribers ask for, and what they are told of an event.
const (
	HearRun    = `subscription($id: ID!) { runChanged(id: $id) { status } }`
	HearLog    = `subscription($id: ID!, $after: Long!) { runLog(id: $id, after: $after) { offset next text complete } }`
	HearEvents = `subscription($after: String, $project: ID) { events(after: $after, projectId: $project) { id type cursor subject } }`
)

// HeardEvent is the answer to HearEvents.
type HeardEvent struct {
	Events struct{ ID, Type, Cursor, Subject string }
}

// System is a context in which tests write rows themselves, as the application does for itself.
func System() context.Context { return access.As(context.Background(), "test") }

// Must is a value that was got without an error.
func Must[T any](value T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		require.NoError(tb, err)
		return value
	}
}

// Repository is a git repository of files, with one commit on main.
func Repository(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, content := range files {
		require.NoError(tb, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(tb, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	Commit(tb, dir)
	return dir
}

// Commit makes a folder a git repository and commits all that is in it.
func Commit(tb testing.TB, dir string) {
	tb.Helper()
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x"}} {
		cmd := exec.CommandContext(tb.Context(), "git", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(tb, err, "%s", out)
	}
}

// Upload sends an operation with one file, as a form of GraphQL's multipart requests, and returns the answer as it is. Places is the
// form's map; without any ("{}") the file is left out.
func (c *Client) Upload(operations, places, file string) []byte {
	c.tb.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(c.tb, form.WriteField("operations", operations))
	require.NoError(c.tb, form.WriteField("map", places))
	if places != "{}" {
		require.NoError(c.tb, form.WriteField("0", file))
	}
	require.NoError(c.tb, form.Close())
	request := c.Request(http.MethodPost, "/graphql", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	_, text := c.Do(request)
	return text
}

// FirstError reads the first error of an answer.
func FirstError(tb testing.TB, text []byte) Error {
	tb.Helper()
	var answer Answer
	require.NoError(tb, json.Unmarshal(text, &answer), "%s", text)
	require.NotEmpty(tb, answer.Errors, "%s", text)
	return answer.Errors[0]
}

package tfprovider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// client asks Arpent. Whatever it sends may be sent twice: claims carry keys, releases and reports of one moment repeat themselves. So
// it insists while the server restarts, as long as a state backend is insisted on.
type client struct {
	endpoint, token, agent string
	named                  string // the project, by acronym or id
	http                   *http.Client
	insist                 time.Duration // how long it goes on when nobody answers
	wait                   func(ctx context.Context, d time.Duration) error

	mutex   sync.Mutex // over project
	project *project
}

const (
	insistence = 2 * time.Minute
	firstWait  = 200 * time.Millisecond
	longWait   = 10 * time.Second
	maxAnswer  = 32 << 20
)

func newClient(address, token, project, version string) (*client, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("it can not be read as a URL") // err would show what may stand in it
	}
	if parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		return nil, errors.New("it must begin with https:// or http://, as in https://arpent.example.org")
	}
	return &client{
		endpoint: strings.TrimSuffix(address, "/") + "/graphql", token: token, named: project,
		agent: "terraform-provider-arpent/" + version,
		http:  &http.Client{Timeout: time.Minute}, insist: insistence, wait: sleep,
	}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refusal is what Arpent says no with.
type refusal struct {
	Message    string   `json:"message"`
	Field      []string `json:"field"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// refusals are the reasons for which nothing was done.
type refusals []refusal

func (r refusals) Error() string {
	texts := make([]string, len(r))
	for i, one := range r {
		texts[i] = one.Message
	}
	return strings.Join(texts, "\n")
}

// orNil is nil when nothing was refused.
func (r refusals) orNil() error {
	if len(r) == 0 {
		return nil
	}
	return r
}

// passing is a failure that may be over when it is tried again.
type passing struct {
	cause error
	after time.Duration // what the server asks for; zero when it says nothing
}

func (p *passing) Error() string { return p.cause.Error() }
func (p *passing) Unwrap() error { return p.cause }

// ask sends an operation, again and again while nobody answers, and reads its data.
func (c *client) ask(ctx context.Context, into any, query string, variables map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	deadline, pause := time.Now().Add(c.insist), firstWait
	for {
		err := c.send(ctx, into, body)
		var again *passing
		if !errors.As(err, &again) || ctx.Err() != nil || time.Now().Add(pause).After(deadline) {
			return err
		}
		if err := c.wait(ctx, max(again.after, pause/2+rand.N(pause/2))); err != nil { //nolint:gosec // only to spread requests
			return err
		}
		pause = min(2*pause, longWait)
	}
}

func (c *client) send(ctx context.Context, into any, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	request.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(request)
	if err != nil {
		return &passing{cause: fmt.Errorf("arpent does not answer: %w", err)}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return &passing{cause: fmt.Errorf("the answer of Arpent broke off: %w", err)}
	}
	return understand(response, text, into)
}

// understand reads an answer.
func understand(response *http.Response, text []byte, into any) error {
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors refusals        `json:"errors"`
	}
	err := json.Unmarshal(text, &answer)
	switch {
	case response.StatusCode == http.StatusTooManyRequests, response.StatusCode >= http.StatusInternalServerError:
		return &passing{cause: fmt.Errorf("arpent answers %s", response.Status), after: retryAfter(response)}
	case err == nil && len(answer.Errors) > 0 && passes(answer.Errors):
		return &passing{cause: answer.Errors, after: retryAfter(response)}
	case err == nil && len(answer.Errors) > 0:
		return answer.Errors
	case response.StatusCode != http.StatusOK || err != nil:
		return fmt.Errorf("this is not how Arpent answers (%s); is the address right?", response.Status)
	}
	return json.Unmarshal(answer.Data, into)
}

// passes tells whether a failure is the server's, and may be over soon.
func passes(errors refusals) bool {
	for _, one := range errors {
		if one.Extensions.Code != "UNAVAILABLE" {
			return false
		}
	}
	return true
}

// retryAfter is how long the server asks to wait.
func retryAfter(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, time.Minute)
}

package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/arpent/arpent/internal/observe"
	"github.com/arpent/arpent/internal/runner"
)

// Client is the Backend of a server somewhere else.
type Client struct {
	server string
	token  string
	http   *http.Client
}

var _ Backend = (*Client)(nil)

// NewClient returns the backend at a server's address, for the worker that the token belongs to.
func NewClient(serverURL, token string) (*Client, error) {
	address, err := url.Parse(serverURL)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return nil, fmt.Errorf("%q is no address of a server", serverURL)
	}
	return &Client{server: strings.TrimRight(serverURL, "/"), token: token, http: &http.Client{}}, nil
}

// Claim implements Backend.
func (c *Client) Claim(ctx context.Context, claim Claim) (*Assignment, error) {
	claim.Wait = min(claim.Wait, maxWait)
	answer, err := c.call(ctx, claim.Wait+maxLatency, c.token, claimPath, claim)
	if err != nil || answer == nil {
		return nil, err
	}
	var assignment Assignment
	if err := json.Unmarshal(answer, &assignment); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return &assignment, nil
}

// Renew implements Backend.
func (c *Client) Renew(ctx context.Context, lease Lease) (Renewal, error) {
	var renewal Renewal
	answer, err := c.call(ctx, maxLatency, lease.Token, leasePath(lease, "renew"), nil)
	if err != nil {
		return renewal, err
	}
	if err := json.Unmarshal(answer, &renewal); err != nil {
		return renewal, fmt.Errorf("read the server's answer: %w", err)
	}
	return renewal, nil
}

// Watch implements Backend.
func (c *Client) Watch(ctx context.Context, lease Lease, wait time.Duration) (bool, error) {
	wait = min(wait, maxWait)
	answer, err := c.call(ctx, wait+maxLatency, lease.Token, leasePath(lease, "watch"), watching{Wait: wait})
	if err != nil {
		return false, err
	}
	var renewal Renewal
	if err := json.Unmarshal(answer, &renewal); err != nil {
		return false, fmt.Errorf("read the server's answer: %w", err)
	}
	return renewal.Cancel, nil
}

// watching is the body of a watch.
type watching struct {
	Wait time.Duration `json:"wait"`
}

// Log implements Backend.
func (c *Client) Log(ctx context.Context, lease Lease, offset int64, piece []byte) error {
	path := leasePath(lease, "log") + "?offset=" + strconv.FormatInt(offset, 10)
	_, err := c.send(ctx, maxLatency, lease.Token, path, piece)
	return err
}

// Step implements Backend.
func (c *Client) Step(ctx context.Context, lease Lease, step runner.Step) error {
	_, err := c.call(ctx, maxLatency, lease.Token, leasePath(lease, "step"), step)
	return err
}

// Finish implements Backend.
func (c *Client) Finish(ctx context.Context, lease Lease, rest Rest, result runner.Result) error {
	_, err := c.call(ctx, 10*maxLatency, lease.Token, leasePath(lease, "finish"), ending{result, rest})
	return err
}

func leasePath(lease Lease, action string) string {
	return runsPath + url.PathEscape(lease.RunID) + "/" + strconv.FormatInt(lease.Number, 10) + "/" + action
}

func (c *Client) call(ctx context.Context, timeout time.Duration, token, path string, body any) ([]byte, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("write the body: %w", err)
	}
	return c.send(ctx, timeout, token, path, content)
}

// send posts a body; the answer is nil when there is none.
func (c *Client) send(ctx context.Context, timeout time.Duration, token, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	body, encoding := zipped(body)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server+path, bytes.NewReader(body)) //nolint:gosec // the server is who the operator named
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	observe.Send(ctx, request.Header)
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	response, err := c.http.Do(request) //nolint:gosec // the server is who the operator named
	if err != nil {
		return nil, fmt.Errorf("reach the server: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the server's answer: %w", err)
	case response.StatusCode == http.StatusNoContent:
		return nil, nil
	case response.StatusCode != http.StatusOK:
		return nil, errorOf(response.StatusCode, answer)
	}
	return answer, nil
}

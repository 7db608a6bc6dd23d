package gitrepo

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// httpTalk is git's smart protocol over HTTP: one GET, one POST.
type httpTalk struct {
	server  *server
	service string
	client  *http.Client
	base    string // the repository's address, after the redirects of the first request
	open    bool   // the credential may be sent to base
}

func openHTTP(s *server, service string) (*httpTalk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.web == nil {
		client, err := httpClient(s.credential.CA)
		if err != nil {
			return nil, err
		}
		s.web = client
	}
	return &httpTalk{server: s, service: service, client: s.web, base: s.endpoint.String(), open: true}, nil
}

func httpClient(ca string) (*http.Client, error) {
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.DialContext = (&net.Dialer{Timeout: 15 * time.Second}).DialContext
	wire.ResponseHeaderTimeout = 2 * time.Minute
	wire.MaxResponseHeaderBytes = 64 << 10
	if ca != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM([]byte(ca)) {
			return nil, errCertificates()
		}
		wire.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{Transport: wire, CheckRedirect: mayFollow}, nil
}

// mayFollow lets the first request be sent on, but never to plain HTTP from HTTPS, and never a POST.
func mayFollow(next *http.Request, past []*http.Request) error {
	first := past[0]
	if len(past) > 5 || first.Method != http.MethodGet || (first.URL.Scheme == "https" && next.URL.Scheme != "https") {
		return errors.New("a redirect that is not followed")
	}
	if first.URL.Host != next.URL.Host {
		next.Header.Del("Authorization")
	}
	return nil
}

func (t *httpTalk) advertise(ctx context.Context) (io.ReadCloser, error) {
	answer, err := t.send(ctx, http.MethodGet, "/info/refs?service="+t.service, nil)
	if err != nil {
		return nil, err
	}
	kind := answer.Header.Get("Content-Type")
	if kind != "application/x-"+t.service+"-advertisement" {
		_ = answer.Body.Close()
		return nil, errProtocol(t.server.host(), fmt.Errorf("content type %q", clip(kind)))
	}
	t.moved(answer.Request.URL)
	return answer.Body, nil
}

// moved remembers where redirects led. A credential stays with the host it was given for.
func (t *httpTalk) moved(to *url.URL) {
	from, err := url.Parse(t.base)
	t.open = err == nil && from.Host == to.Host && from.Scheme == to.Scheme
	at := *to
	at.RawQuery, at.Path = "", strings.TrimSuffix(to.Path, "/info/refs")
	at.RawPath = ""
	t.base = at.String()
}

func (t *httpTalk) exchange(ctx context.Context, request []byte) (io.ReadCloser, error) {
	answer, err := t.send(ctx, http.MethodPost, "/"+t.service, request)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

func (t *httpTalk) close() {}

func (t *httpTalk) send(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(t.base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, errAddress(t.base)
	}
	t.sign(request, body != nil)
	answer, err := t.client.Do(request)
	if err != nil {
		return nil, t.failed(ctx, err)
	}
	if err := t.judge(answer); err != nil {
		_ = answer.Body.Close()
		return nil, err
	}
	return answer, nil
}

func (t *httpTalk) sign(request *http.Request, post bool) {
	request.Header.Set("User-Agent", "git/arpent")
	if post {
		request.Header.Set("Content-Type", "application/x-"+t.service+"-request")
		request.Header.Set("Accept", "application/x-"+t.service+"-result")
	}
	if token := t.server.credential.Token; token != "" && t.open {
		request.SetBasicAuth(firstOf(t.server.credential.Username, t.server.endpoint.User, "git"), token)
	}
}

func (t *httpTalk) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errUnreachable(t.server.host(), err)
}

func (t *httpTalk) judge(answer *http.Response) error {
	where := t.server.endpoint.Host + "/" + strings.TrimPrefix(t.server.endpoint.Path, "/")
	cause := errors.New(answer.Status)
	switch answer.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized, http.StatusForbidden:
		return errRefused(t.server.host(), cause)
	case http.StatusNotFound, http.StatusGone:
		return errNoRepository(where, cause)
	}
	return errServer(t.server.host(), clip(answer.Status))
}

// firstOf is the first of the values that is not empty.
func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

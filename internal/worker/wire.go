package worker

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
)

// The worker protocol: POST, JSON, gzip where it pays.
//
//	/worker/v1/claim                          the worker's token; Claim → Assignment, or 204
//	/worker/v1/runs/{run}/{lease}/renew       the lease's token, as all that follow; → Renewal
//	/worker/v1/runs/{run}/{lease}/log?offset  the bytes themselves
//	/worker/v1/runs/{run}/{lease}/step        runner.Step
//	/worker/v1/runs/{run}/{lease}/finish      runner.Result, with the Rest in rest
//
// A refusal is a problem with a status to match. A lost lease is 410.
const (
	claimPath = "/worker/v1/claim"
	runsPath  = "/worker/v1/runs/"
)

// What a body may have at most, unpacked.
const (
	maxSmall     = 1 << 20
	maxUnchecked = 64 << 10 // as it is sent
	maxLog       = 4 << 20
	maxFinish    = 256 << 20
	maxAnswer    = 1 << 30
)

const (
	gzipFrom   = 1 << 10          // smaller bodies are not compressed
	maxWait    = time.Minute      // of one claim
	maxLatency = 30 * time.Second // of a call, besides what it waits for
)

const leaseLost = "LEASE_LOST"

// ending is the body of a finish.
type ending struct {
	runner.Result
	Rest Rest `json:"rest"`
}

// problem is a refusal on the wire.
type problem struct {
	Code  string   `json:"code"`
	EN    string   `json:"en"`
	FR    string   `json:"fr"`
	Field []string `json:"field,omitempty"`
}

var unexpected = fault.Text{EN: "Something went wrong in the server", FR: "Une erreur est survenue dans le serveur"}

// problemOf tells of an error what the other side may know.
func problemOf(err error) (problem, int) {
	if errors.Is(err, ErrLeaseLost) {
		return problem{Code: leaseLost}, http.StatusGone
	}
	refused, ok := fault.As(err)
	if !ok {
		refused = fault.New(fault.Internal, unexpected)
	}
	text := refused.Text()
	return problem{Code: string(refused.Code()), EN: text.EN, FR: text.FR, Field: refused.Field()}, statusOf(refused.Code())
}

func statusOf(code fault.Code) int {
	switch code {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Limited:
		return http.StatusRequestEntityTooLarge
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// errorOf is the other way round. An answer that is no problem of ours comes from something between, and may
// be better next time.
func errorOf(status int, body []byte) error {
	var p problem
	if json.Unmarshal(body, &p) != nil || p.Code == "" {
		return fmt.Errorf("the server answered %d %s", status, http.StatusText(status))
	}
	if p.Code == leaseLost {
		return ErrLeaseLost
	}
	return fault.New(fault.Code(p.Code), fault.Text{EN: p.EN, FR: p.FR}).At(p.Field...)
}

// zipped compresses a body when that pays, and names the encoding.
func zipped(body []byte) (encoded []byte, encoding string) {
	if len(body) < gzipFrom {
		return body, ""
	}
	var buffer bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&buffer, gzip.BestSpeed)
	_, _ = writer.Write(body)
	_ = writer.Close()
	return buffer.Bytes(), "gzip"
}

var (
	tooLarge = fault.Text{EN: "The body is larger than %d MiB", FR: "Le corps dépasse %d Mio"}
	unzipped = fault.Text{EN: "The body is not gzip", FR: "Le corps n’est pas au format gzip"}
	badJSON  = fault.Text{EN: "The body cannot be read: %s", FR: "Le corps est illisible : %s"}
)

// readBody reads and unpacks a request's body, up to a limit.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipper, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, fault.New(fault.Invalid, unzipped).Because(err)
		}
		body = unzipper
	}
	content, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, fault.New(fault.Invalid, badJSON, err.Error())
	}
	if int64(len(content)) > limit {
		return nil, fault.New(fault.Limited, tooLarge, limit>>20)
	}
	return content, nil
}

func readJSON(r *http.Request, limit int64, into any) error {
	body, err := readBody(r, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Invalid, badJSON, err.Error())
	}
	return nil
}

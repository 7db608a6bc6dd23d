package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/internal/fault"
)

var (
	tooLong = fault.Text{
		EN: "A request has at most %d bytes.", FR: "Une requête HTTP compte au plus %d octets.",
	}
	noJSON = fault.Text{
		EN: "The body of the request is no JSON.", FR: "Le corps de la requête n’est pas du JSON.",
	}
)

// bound reads a body that uploads nothing, and lets through only JSON: gqlgen quotes and logs what it cannot read.
// Uploads are not read here.
func bound(req *http.Request) error {
	switch {
	case req.Method != http.MethodPost || isUpload(req):
		return nil
	case req.ContentLength > maxBody:
		return beyond("body", maxBody, int(req.ContentLength), tooLong)
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	switch {
	case err != nil:
		return fault.New(fault.Invalid, noJSON).Because(err)
	case len(body) > maxBody:
		return beyond("body", maxBody, len(body), tooLong)
	case !json.Valid(body):
		return fault.New(fault.Invalid, noJSON)
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return nil
}

func isUpload(req *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	return req.Method == http.MethodPost && kind == "multipart/form-data"
}

// refuse answers what no transport gets to see.
func (r *Resolver) refuse(w http.ResponseWriter, req *http.Request, err error) {
	status := http.StatusBadRequest
	var limit *exceeded
	switch {
	case errors.As(err, &limit):
		status = http.StatusRequestEntityTooLarge
	case fault.Is(err, fault.Unauthenticated):
		status = http.StatusUnauthorized
	case fault.Is(err, fault.Unavailable):
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Connection", "close") // the rest of the body is of no interest
	w.WriteHeader(status)
	shown := presenter(r.Log)(req.Context(), err)
	_ = json.NewEncoder(w).Encode(graphql.Response{Errors: []*gqlerror.Error{shown}}) // who is gone reads nothing
}

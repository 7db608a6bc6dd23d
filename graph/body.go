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
	noLength = fault.Text{
		EN: "Say how long an upload is: Content-Length.", FR: "Indiquez la longueur d’un envoi : Content-Length.",
	}
)

// bound reads a body that uploads nothing, and lets through only JSON: gqlgen quotes and logs what it cannot read.
// Uploads must say how long they are.
func bound(req *http.Request) error {
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	switch {
	case req.Method != http.MethodPost:
		return nil
	case kind == "multipart/form-data":
		return boundUpload(req)
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

func boundUpload(req *http.Request) error {
	if req.ContentLength < 0 {
		return fault.New(fault.Invalid, noLength)
	}
	if req.ContentLength > maxUpload {
		return beyond("upload", maxUpload, int(req.ContentLength), tooLong)
	}
	return nil
}

// refuse answers what no transport gets to see.
func (r *Resolver) refuse(w http.ResponseWriter, req *http.Request, err error) {
	status := http.StatusBadRequest
	var limit *exceeded
	if errors.As(err, &limit) {
		status = http.StatusRequestEntityTooLarge
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Connection", "close") // the rest of the body is of no interest
	w.WriteHeader(status)
	shown := presenter(r.Log)(req.Context(), err)
	_ = json.NewEncoder(w).Encode(graphql.Response{Errors: []*gqlerror.Error{shown}}) // who is gone reads nothing
}

package graph

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/graph/answer"
)

// post is GraphQL over HTTP POST. It does what gqlgen's transport does, but sends what an operation answers as it is:
// encoding/json would read the whole text once more, to take out spaces that are not there.
type post struct{ transport.POST }

var _ graphql.Transport = post{}

const (
	plainJSON   = "application/json"
	graphqlJSON = "application/graphql-response+json"
)

// Do answers one request.
func (post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	kind := contentType(r.Header.Get("Accept"))
	w.Header().Set("Content-Type", kind)
	params := &graphql.RawParams{Headers: r.Header}
	params.ReadTime.Start = graphql.Now()
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(params); err != nil {
		status, message := unreadable(err)
		w.WriteHeader(status)
		send(w, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Errorf("%s", message)}))
		return
	}
	params.ReadTime.End = graphql.Now()
	operation, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		w.WriteHeader(statusOf(errs, kind))
		send(w, exec.DispatchError(graphql.WithOperationContext(r.Context(), operation), errs))
		return
	}
	responses, ctx := exec.DispatchOperation(r.Context(), operation)
	send(w, responses(ctx))
}

// unreadable says what is wrong with a body that is no request.
func unreadable(err error) (status int, message string) {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusOK, "could not read request body: " + err.Error()
	}
	return http.StatusBadRequest, "json request body could not be decoded: " + err.Error()
}

// contentType is the first kind in an Accept header that we can send.
func contentType(accept string) string {
	if accept == "" {
		return plainJSON
	}
	for part := range strings.SplitSeq(accept, ",") {
		kind, _, err := mime.ParseMediaType(strings.TrimSpace(part))
		switch {
		case err != nil:
		case kind == "*/*", kind == "application/*", kind == plainJSON:
			return plainJSON
		case kind == graphqlJSON:
			return graphqlJSON
		}
	}
	return graphqlJSON
}

// statusOf is the status of a request that was not carried out, by the two specifications.
func statusOf(errs gqlerror.List, kind string) int {
	switch {
	case errcode.GetErrorKind(errs) != errcode.KindProtocol:
		return http.StatusOK
	case kind == graphqlJSON:
		return http.StatusBadRequest
	}
	return http.StatusUnprocessableEntity
}

// send writes a response in one piece, which the compression of answers relies on.
func send(w http.ResponseWriter, response *graphql.Response) {
	if response == nil || len(response.Errors) > 0 || len(response.Extensions) > 0 || len(response.Data) == 0 {
		_ = json.NewEncoder(w).Encode(response) // who is gone needs no answer
		return
	}
	whole := answer.Buffer()
	whole.WriteString(`{"data":`)
	whole.Write(response.Data)
	whole.WriteByte('}')
	w.Header().Set("Content-Length", strconv.Itoa(whole.Len()))
	_, _ = w.Write(whole.Bytes()) // as above
	answer.Release(whole.Bytes())
	answer.Release(response.Data)
}

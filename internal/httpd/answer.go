package httpd

import (
	"encoding/json"
	"errors"
	"net/http"

	"golang.org/x/text/language"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// refusal is the one shape of an error: that of GraphQL.
type refusal struct {
	Errors []refusalError `json:"errors"`
}

type refusalError struct {
	Message    string         `json:"message"`
	Extensions map[string]any `json:"extensions"`
}

var internal = fault.Text{
	EN: "Something went wrong on our side. Quote the request id when you ask for help.",
	FR: "Une erreur s’est produite de notre côté. Indiquez l’identifiant de la requête pour obtenir de l’aide.",
}

// refuse answers with an error. One that is no fault is ours: it is logged, and readers get its request id only.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	list, ok := fault.AsList(err)
	if !ok {
		h.Log.ErrorContext(r.Context(), "request failed", "error", err)
		list = fault.List{fault.New(fault.Internal, internal)}
	}
	status := statusOf(list[0].Code())
	if long := new(http.MaxBytesError); errors.As(err, &long) {
		status = http.StatusRequestEntityTooLarge // to come again later is of no use
	}
	answer(w, status, refusalOf(r, list))
}

func refusalOf(r *http.Request, list fault.List) refusal {
	locale := localeOf(r, access.FromContext(r.Context()))
	var out refusal
	for _, e := range list {
		extensions := map[string]any{"code": e.Code(), "requestId": requestID(r.Context())}
		if len(e.Field()) > 0 {
			extensions["field"] = e.Field()
		}
		out.Errors = append(out.Errors, refusalError{Message: e.Message(locale), Extensions: extensions})
	}
	return out
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
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who went away needs no answer
}

// languages are those that Arpent speaks, English first: it is the answer to who wants another.
var languages = language.NewMatcher([]language.Tag{language.English, language.French})

// localeOf is the language of the answer: that of the account for people, whose pages have a switch for it. A program
// with a token, and who has not signed in, chooses by Accept-Language.
func localeOf(r *http.Request, viewer *access.Viewer) string {
	header := r.Header.Get("Accept-Language")
	switch {
	case viewer.SignedIn() && (viewer.Kind != access.Token || header == ""):
		return viewer.Locale
	case header == "":
		return "en"
	}
	tag, _ := language.MatchStrings(languages, header)
	base, _ := tag.Base()
	return base.String()
}

func (h *handler) notFound(w http.ResponseWriter, r *http.Request) {
	h.refuse(w, r, fault.New(fault.NotFound, fault.Text{EN: "There is nothing here.", FR: "Il n’y a rien ici."}))
}

package httpd

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

type loginInput struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// sessionAnswer says who is signed in.
type sessionAnswer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Locale string `json:"locale"`
}

// login takes {"email", "password"} and answers with the session's cookie.
func (h *handler) login(w http.ResponseWriter, r *http.Request) {
	var input loginInput
	if err := readJSON(r, &input); err != nil {
		h.refuse(w, r, err)
		return
	}
	origin := auth.Origin{Address: requestOf(r.Context()).address, UserAgent: r.UserAgent()}
	secret, user, err := h.Auth.SignIn(r.Context(), input.Email, input.Password, origin)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.setCookie(w, secret)
	answer(w, http.StatusOK, sessionAnswer{ID: user.ID, Name: user.Name, Email: user.Email, Locale: string(user.Locale)})
}

// logout ends the session of the cookie, on the server too.
func (h *handler) logout(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(CookieName); err == nil {
		if err := h.Auth.SignOut(r.Context(), cookie.Value); err != nil {
			h.refuse(w, r, err)
			return
		}
	}
	h.clearCookie(w)
	w.WriteHeader(http.StatusNoContent)
}

// showSession says who is signed in; 401 when nobody is.
func (h *handler) showSession(w http.ResponseWriter, r *http.Request) {
	viewer := access.FromContext(r.Context())
	if !viewer.SignedIn() {
		h.refuse(w, r, fault.New(fault.Unauthenticated, fault.Text{
			EN: "You are not signed in.", FR: "Vous n’êtes pas connecté.",
		}))
		return
	}
	answer(w, http.StatusOK, sessionAnswer{ID: viewer.ID, Name: viewer.Name, Email: viewer.Email, Locale: viewer.Locale})
}

func readJSON(r *http.Request, into any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fault.New(fault.Invalid, fault.Text{
			EN: "The body must be JSON (Content-Type: application/json).",
			FR: "Le corps doit être du JSON (Content-Type: application/json).",
		})
	}
	err := json.NewDecoder(r.Body).Decode(into)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.Limited, fault.Text{
			EN: "The body has more than %d bytes.", FR: "Le corps dépasse %d octets.",
		}, tooLarge.Limit).Because(err)
	}
	if err != nil {
		return fault.New(fault.Invalid, fault.Text{
			EN: "The body is not JSON as it is expected here.", FR: "Le corps n’est pas le JSON attendu ici.",
		}).Because(err)
	}
	return nil
}

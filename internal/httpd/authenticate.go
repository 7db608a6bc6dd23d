package httpd

import (
	"context"
	"net/http"
	"strings"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
)

// CookieName is the session's cookie.
const CookieName = "arpent_session"

// credentialOf is what the request shows, and whether the browser sent it by itself.
func credentialOf(r *http.Request) (credential auth.Credential, byCookie bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if strings.EqualFold(scheme, "Bearer") {
			return auth.Present(strings.TrimSpace(token)), false
		}
	}
	if cookie, err := r.Cookie(CookieName); err == nil && cookie.Value != "" {
		return auth.Present(cookie.Value), true
	}
	return auth.Credential{}, false
}

// looking is the context in which a viewer looks, in the language that the request is to be answered in.
func (h *handler) looking(r *http.Request, viewer *access.Viewer, credential auth.Credential) context.Context {
	if locale := localeOf(r, viewer); locale != viewer.Locale {
		speaking := *viewer // it is shared with other requests
		speaking.Locale, viewer = locale, &speaking
	}
	requestOf(r.Context()).viewer = viewer.ID
	return access.NewContext(auth.NewContext(r.Context(), credential), viewer)
}

func (h *handler) setCookie(w http.ResponseWriter, secret string) {
	http.SetCookie(w, h.cookie(secret, int(auth.SessionLife.Seconds())))
}

func (h *handler) clearCookie(w http.ResponseWriter) { http.SetCookie(w, h.cookie("", -1)) }

func (h *handler) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure stands below: a portal without TLS, on loopback, could keep nobody signed in
		Name: CookieName, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: h.PublicURL != nil && h.PublicURL.Scheme == "https",
	}
}

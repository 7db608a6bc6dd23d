package httpd

import (
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/auth"
	"github.com/arpent/arpent/internal/fault"
)

// How much a request may send.
const (
	smallBody   = 16 << 10
	toolBody    = 8 << 20
	graphqlBody = 66 << 20 // uploads included; the GraphQL edge bounds what is no upload further
)

// How long a caller may take to send a bounded body: large ones come at least as fast as a poor line carries them.
const (
	bodyTime    = 30 * time.Second
	slowestLine = 256 << 10 // bytes a second
)

// recovered turns a panic into an answer. The stack goes to the log, the request id to the reader.
func (h *handler) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				h.Log.ErrorContext(r.Context(), "panic", "panic", p, "stack", string(debug.Stack()))
				h.refuse(w, r, fault.New(fault.Internal, internal))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// logged writes one line for every request, without its query, which may hold what is nobody's business.
func (h *handler) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &observed{ResponseWriter: w}
		next.ServeHTTP(seen, r)
		if seen.status == 0 {
			seen.status = http.StatusOK // nothing was written, which says just that
		}
		took, known := time.Since(began), requestOf(r.Context())
		h.numbers.count(r, seen.status, took)
		attrs := []slog.Attr{
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", seen.status),
			slog.Int64("bytes", seen.bytes), slog.Duration("took", took),
			slog.String("viewer", known.viewer), slog.String("address", known.address),
		}
		if run := r.PathValue("run"); run != "" { // the worker protocol's
			attrs = append(attrs, slog.String("run", run))
		}
		h.Log.LogAttrs(r.Context(), levelOf(r, seen.status), "request", attrs...)
	})
}

// levelOf keeps what machines ask every few seconds out of the ordinary log.
func levelOf(r *http.Request, status int) slog.Level {
	switch {
	case gone(r, status):
		return slog.LevelDebug
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	case r.URL.Path == "/healthz", r.URL.Path == "/readyz", strings.HasPrefix(r.URL.Path, "/worker/v1/"):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// observed remembers what was answered. It passes on flushing and, through Unwrap, upgrades and deadlines.
type observed struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (o *observed) WriteHeader(status int) {
	if o.status == 0 || o.status < http.StatusOK {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *observed) Write(p []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(p)
	o.bytes += int64(n)
	return n, err
}

func (o *observed) Flush() {
	_ = http.NewResponseController(o.ResponseWriter).Flush() // nothing to flush to is no failure
}

func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// secured sets what browsers are to be strict about. Pages loosen or tighten the policy for themselves.
func (h *handler) secured(next http.Handler) http.Handler {
	https := h.PublicURL != nil && h.PublicURL.Scheme == "https"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if https {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// bounded limits the size of a body and the time to send it.
func (h *handler) bounded(size int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			r.Body = http.MaxBytesReader(w, r.Body, size)
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeFor(r.ContentLength, size))) // not every writer has one
		}
		next.ServeHTTP(w, r)
	})
}

// timeFor is the time to send a body of so many bytes, -1 when that is not known, of which at most most are read.
func timeFor(length, most int64) time.Duration {
	return bodyTime + time.Duration(max(0, min(length, most))/slowestLine)*time.Second
}

// newOriginCheck refuses what a foreign page makes a browser send with the viewer's cookie.
func newOriginCheck(public *url.URL) *http.CrossOriginProtection {
	check := http.NewCrossOriginProtection()
	if public != nil && public.Host != "" {
		_ = check.AddTrustedOrigin(public.Scheme + "://" + public.Host) // a URL that was parsed makes a valid origin
	}
	return check
}

func (h *handler) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.origin.Check(r); err != nil {
			h.refuse(w, r, errForeign.Because(err))
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errForeign = fault.New(fault.Denied, fault.Text{
	EN: "This request comes from another site.", FR: "Cette requête vient d’un autre site.",
})

// known finds out who looks: by a bearer token, else by the session's cookie, which is good only for requests
// from our own pages. A cookie that has ended is nobody's; a token that has ended is refused.
func (h *handler) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		credential, byCookie := credentialOf(r)
		if byCookie {
			if err := h.origin.Check(r); err != nil {
				h.refuse(w, r, errForeign.Because(err))
				return
			}
		}
		viewer, err := h.Auth.Viewer(r.Context(), credential)
		if byCookie && fault.Is(err, fault.Unauthenticated) {
			viewer, err, credential = access.Nobody(), nil, auth.Credential{}
			h.clearCookie(w)
		}
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(h.looking(r, viewer, credential)))
	})
}

package httpd

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/arpent/arpent/internal/observe"
)

type requestKey struct{}

// request is what is known of a request from its first moment. The log reads what is found out later.
type request struct {
	id, address string
	viewer      string
}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil {
		return &request{}
	}
	return r
}

func requestID(ctx context.Context) string { return requestOf(ctx).id }

// identified gives every request an id, that of the caller when it is a decent one, and finds out its address.
func (h *handler) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known := &request{id: r.Header.Get("X-Request-Id"), address: h.address(r)}
		if !decent(known.id) {
			known.id = strings.ToLower(rand.Text()[:20])
		}
		w.Header().Set("X-Request-Id", known.id)
		ctx := context.WithValue(r.Context(), requestKey{}, known)
		ctx = observe.Tag(ctx, "request", known.id)
		if h.WithRequest != nil {
			ctx = h.WithRequest(ctx, known.id, known.address)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// decent tells whether an id can be written to a log and a header as it is.
func decent(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && strings.IndexFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.'
	}) < 0
}

// address is where the request comes from: the last hop that is not one of our proxies.
func (h *handler) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if !h.trusted(host) {
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		host = hop
		if !h.trusted(hop) {
			break
		}
	}
	return host
}

func (h *handler) trusted(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, network := range h.TrustedProxies {
		if network.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

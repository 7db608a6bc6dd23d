package httpd

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// strangerShare is the part of a viewer's rate that an address has whose requests carry no credential.
const strangerShare = 10

// callers is how many callers are counted at once; beyond it all start anew, which errs on the kind side.
const callers = 50_000

// Limiter counts each viewer's requests in the present minute.
type Limiter struct {
	perMinute int
	now       func() time.Time

	mutex  sync.Mutex
	minute time.Time
	counts map[string]int
}

// NewLimiter allows a number of requests a minute to each viewer; 0 is no limit.
func NewLimiter(perMinute int) *Limiter {
	return &Limiter{perMinute: perMinute, now: time.Now, counts: map[string]int{}}
}

// Rate is what a caller has left of the present minute.
type Rate struct {
	Limit, Remaining int
	ResetAt          time.Time
}

// Take counts a request of who looks in ctx and tells what is left; ok is false when nothing was.
func (l *Limiter) Take(ctx context.Context) (rate Rate, ok bool) { return l.count(ctx, 1) }

// Peek tells what is left without counting.
func (l *Limiter) Peek(ctx context.Context) Rate {
	rate, _ := l.count(ctx, 0)
	return rate
}

func (l *Limiter) count(ctx context.Context, n int) (Rate, bool) {
	key, limit := l.caller(ctx)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	minute := l.now().UTC().Truncate(time.Minute)
	if !minute.Equal(l.minute) || len(l.counts) >= callers {
		l.minute = minute
		clear(l.counts)
	}
	used := l.counts[key] + n
	ok := used <= limit || limit == 0
	if ok && n > 0 {
		l.counts[key] = used
	}
	return Rate{Limit: limit, Remaining: max(0, limit-used), ResetAt: minute.Add(time.Minute)}, ok
}

func (l *Limiter) caller(ctx context.Context) (key string, limit int) {
	if viewer := access.FromContext(ctx); viewer.SignedIn() {
		return viewer.ID + viewer.TokenID, l.perMinute
	}
	return requestOf(ctx).address, l.perMinute / strangerShare
}

// ErrRate says when to come back.
func ErrRate(rate Rate) error {
	return fault.New(fault.Limited, fault.Text{
		EN: "The rate limit of %d requests a minute is used up. Try again in %d seconds.",
		FR: "La limite de %d requêtes par minute est atteinte. Réessayez dans %d secondes.",
	}, rate.Limit, secondsUntil(rate.ResetAt))
}

func secondsUntil(t time.Time) int { return int(time.Until(t)/time.Second) + 1 }

// limited counts requests and says in headers what is left.
func (h *handler) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rate, ok := h.Limiter.Take(r.Context())
		if rate.Limit > 0 {
			w.Header().Set("RateLimit-Limit", strconv.Itoa(rate.Limit))
			w.Header().Set("RateLimit-Remaining", strconv.Itoa(rate.Remaining))
			w.Header().Set("RateLimit-Reset", strconv.Itoa(secondsUntil(rate.ResetAt)))
		}
		if !ok {
			w.Header().Set("Retry-After", strconv.Itoa(secondsUntil(rate.ResetAt)))
			h.refuse(w, r, ErrRate(rate))
			return
		}
		next.ServeHTTP(w, r)
	})
}

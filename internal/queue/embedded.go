package queue

import (
	"crypto/rand"
	"net/url"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/arpent/arpent/internal/fault"
)

// clockTick is how often the embedded server's expiries are looked at. Its own clock would look at every
// key on every command, which is a hundred times slower.
const clockTick = 100 * time.Millisecond

// Embedded is a Redis within the process, for an installation of one server. It keeps nothing across a restart.
type Embedded struct {
	server   *miniredis.Miniredis
	password string
	stop     chan struct{}
	once     sync.Once
	done     sync.WaitGroup
}

// StartEmbedded serves the Redis protocol on a free port of the loopback interface, behind a random password:
// other users of the machine can reach the port too.
func StartEmbedded() (*Embedded, error) { return startEmbedded("127.0.0.1:0", rand.Text()) }

func startEmbedded(address, password string) (*Embedded, error) {
	e := &Embedded{server: miniredis.NewMiniRedis(), password: password, stop: make(chan struct{})}
	e.server.RequireAuth(password)
	if err := e.server.StartAddr(address); err != nil {
		return nil, fault.New(fault.Unavailable, fault.Text{
			EN: "The embedded queue cannot listen on the loopback interface.",
			FR: "La file d’attente embarquée ne peut pas écouter sur l’interface locale.",
		}).Because(err)
	}
	e.done.Go(e.tick)
	return e, nil
}

// URL is what Connect takes. It holds the password.
func (e *Embedded) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", e.password), Host: e.server.Addr()}
	return u.String()
}

// Close stops the server and cuts its connections.
func (e *Embedded) Close() {
	e.once.Do(func() {
		close(e.stop)
		e.done.Wait()
		e.server.Close()
	})
}

func (e *Embedded) tick() {
	ticker := time.NewTicker(clockTick)
	defer ticker.Stop()
	for last := time.Now(); ; {
		select {
		case <-e.stop:
			return
		case <-ticker.C:
			now := time.Now()
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Redis answers in microseconds; who waits for seconds waits for a machine that is gone.
const (
	dialTimeout = 2 * time.Second
	callTimeout = 3 * time.Second
	tellTimeout = time.Second // of Ring and Publish: somebody's request waits for them, and they may fail
)

// Client is the connection to Redis. It is safe for concurrent use.
type Client struct {
	rdb     *redis.Client
	options redis.Options // for the readers' connections of their own
	prefix  string        // of channels, which unlike keys are shared by all databases of a Redis
}

// Connect makes a client of a URL: redis://[user:password@]host:port[/database], rediss:// for TLS. It does
// not wait for Redis, which may come later; Ping tells whether it is there. A URL that cannot be read is Invalid.
func Connect(url string) (*Client, error) {
	quiet()
	options, err := redis.ParseURL(url)
	if err != nil { // the cause may quote the URL, which holds the password
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "The Redis URL cannot be read; it looks like redis://user:password@host:6379/0.",
			FR: "L’URL de Redis est illisible ; elle ressemble à redis://utilisateur:motdepasse@hôte:6379/0.",
		})
	}
	settle(options)
	return &Client{rdb: redis.NewClient(options), options: *options, prefix: channelPrefix(options.DB)}, nil
}

// quiet silences the library's own log: every failure comes back as an error.
var quiet = sync.OnceFunc(logging.Disable)

func settle(options *redis.Options) {
	options.Protocol = 2 // all we need, and the embedded server's mother tongue
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	options.DialTimeout = dialTimeout
	options.DialerRetries = 1
	options.MaxRetries = 1 // for a connection that was cut while idle; who rings must not wait for Redis to come back
	options.ReadTimeout = callTimeout
	options.WriteTimeout = callTimeout
	options.ContextTimeoutEnabled = true
	options.PipelinePoolSize = -1 // pipelines share the pool: theirs would cost 256 KiB a connection
}

func channelPrefix(db int) string {
	if db == 0 {
		return "arpent:"
	}
	return fmt.Sprintf("arpent:db%d:", db)
}

// Ping tells whether Redis answers; Unavailable when it does not.
func (c *Client) Ping(ctx context.Context) error { return unavailable(c.rdb.Ping(ctx).Err()) }

// Close ends the connections. Close readers and broadcasts first.
func (c *Client) Close() error { return c.rdb.Close() }

// unavailable is the one place where errors of Redis become faults.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, fault.Text{
		EN: "The queue cannot be reached at the moment.",
		FR: "La file d’attente est injoignable pour le moment.",
	}).Because(err)
}

func errClosed() error {
	return fault.New(fault.Unavailable, fault.Text{
		EN: "The server is stopping.",
		FR: "Le serveur s’arrête.",
	})
}

// backoff is how long to wait after failures in a row: at once, then 50 ms, doubling up to a second.
func backoff(failures int) time.Duration {
	if failures <= 1 {
		return 0
	}
	return min(50*time.Millisecond<<min(failures-2, 10), time.Second)
}

// rest waits; false when the context is done.
func rest(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

package tfstate

import (
	"context"
	"log/slog"

	"golang.org/x/sync/semaphore"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// DefaultMaxSize is the size in bytes of the largest state that is taken, where the configuration names none.
const DefaultMaxSize = 128 << 20

// Config is what a Service is made of.
type Config struct {
	DB      *database.DB
	Journal *journal.Journal
	Keyring *secret.Keyring
	// Viewer says whose API token this is; a token that is none is Unauthenticated.
	Viewer func(ctx context.Context, token string) (*access.Viewer, error)
	// MaxSize is the size in bytes of the largest state that is taken; 0 means DefaultMaxSize. States that are
	// received, sent or rolled back at one time are together no larger than the larger of it and DefaultMaxSize:
	// others wait, so that many large states do not take the machine's memory.
	MaxSize int64
	Log     *slog.Logger
}

// Service keeps states. It is safe for concurrent use, by any number of replicas.
type Service struct {
	Config
	signer *secret.Signer
	room   *semaphore.Weighted
	size   int64 // of room
}

// New makes a Service.
func New(config Config) *Service {
	if config.MaxSize == 0 {
		config.MaxSize = DefaultMaxSize
	}
	size := max(config.MaxSize, DefaultMaxSize)
	return &Service{Config: config, signer: config.Keyring.Signer(), room: semaphore.NewWeighted(size), size: size}
}

// enter waits until there is room for a state of that many bytes, and returns what leaves the room again. Within a
// transaction it does not wait: whoever is in the room may be waiting for that transaction.
func (s *Service) enter(ctx context.Context, bytes int64) (leave func(), err error) {
	if database.InTx(ctx) {
		return func() {}, nil
	}
	bytes = min(max(bytes, 1), s.size)
	if err := s.room.Acquire(ctx, bytes); err != nil {
		return nil, database.Fault(err)
	}
	return func() { s.room.Release(bytes) }, nil
}

// own is a context in which this package itself looks: the models of locks and bodies are open to nobody else.
func own(ctx context.Context) context.Context { return access.As(ctx, "tfstate") }

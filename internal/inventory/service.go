package inventory

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/crowd"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// Service keeps the inventory.
type Service struct {
	db      *database.DB
	journal *journal.Journal
	log     *slog.Logger
	crowd   *crowd.Crowd[*heard] // of those who report one thing
}

// New makes the service of an open database.
func New(db *database.DB, journal *journal.Journal, log *slog.Logger) *Service {
	return &Service{db: db, journal: journal, log: log, crowd: crowd.New[*heard](mostTogether)}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func asInventory(ctx context.Context) context.Context { return access.As(ctx, "inventory") }

func mayManage(ctx context.Context) error {
	if access.FromContext(ctx).May(access.InventoryManage) {
		return nil
	}
	return fault.New(fault.Denied, textMayNot, string(access.InventoryManage))
}

// at names the input that an error is about.
func at(err error, field ...string) error {
	if refused, ok := fault.As(database.Fault(err)); ok {
		return refused.At(field...)
	}
	return err
}

// fits tells whether a text has something to be seen, no character that would spoil a page, and is not too long.
func fits(text string, most int) bool {
	return strings.TrimSpace(text) != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= most &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// storable tells whether both databases can keep a text as it is: PostgreSQL takes no NUL.
func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}

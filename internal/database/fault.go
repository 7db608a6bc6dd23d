package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"

	"entgo.io/ent/dialect/sql/sqlgraph"
	"entgo.io/ent/privacy"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
)

// Fault turns what the database or a policy refused into a fault; faults and errors of others stay as they are.
// A row that is missing and a row that the viewer may not see are the same: not found.
func Fault(err error) error {
	switch {
	case err == nil:
		return nil
	case isFault(err), errors.Is(err, context.Canceled):
		return err
	case ent.IsNotFound(err):
		return fault.New(fault.NotFound, notFound).Because(err)
	case errors.Is(err, privacy.Deny):
		return fault.New(fault.Denied, denied).Because(err)
	case sqlgraph.IsUniqueConstraintError(err):
		return fault.New(fault.Conflict, taken).Because(err)
	case ent.IsConstraintError(err), ent.IsValidationError(err):
		return fault.New(fault.Invalid, refused).Because(err)
	case unreachable(err):
		return fault.New(fault.Unavailable, away).Because(err)
	}
	return err
}

// IsTaken tells whether a unique constraint refused a row.
func IsTaken(err error) bool { return sqlgraph.IsUniqueConstraintError(err) }

var (
	notFound = fault.Text{EN: "It does not exist.", FR: "Cet élément n’existe pas."}
	denied   = fault.Text{EN: "You may not do this.", FR: "Vous n’avez pas le droit de faire cela."}
	taken    = fault.Text{EN: "There is one like it already.", FR: "Il en existe déjà un semblable."}
	refused  = fault.Text{EN: "The database refuses these values.", FR: "La base de données refuse ces valeurs."}
	away     = fault.Text{EN: "The database does not answer. Try again.", FR: "La base de données ne répond pas. Réessayez."}
)

func isFault(err error) bool {
	_, ok := fault.AsList(err)
	return ok
}

func unreachable(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network)
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"

	"entgo.io/ent/dialect/sql/sqlgraph"
	"entgo.io/ent/privacy"
	"github.com/lib/pq"
	"modernc.org/sqlite"

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
	case unwritable(err):
		return fault.New(fault.Invalid, strange).Because(err)
	case full(err):
		return fault.New(fault.Unavailable, noRoom).Because(err)
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
	strange  = fault.Text{
		EN: "A text has a character that can not be stored, such as NUL.", FR: "Un texte contient un caractère impossible à conserver, comme NUL.",
	}
	away   = fault.Text{EN: "The database does not answer. Try again.", FR: "La base de données ne répond pas. Réessayez."}
	noRoom = fault.Text{
		EN: "The disk of the database is full. Its operators have to make room.",
		FR: "Le disque de la base de données est plein. Ses exploitants doivent libérer de la place.",
	}
)

func isFault(err error) bool {
	_, ok := fault.AsList(err)
	return ok
}

// unreachable tells whether the database was not there, or went away in the middle.
func unreachable(err error) bool {
	var network net.Error
	var refusal *pq.Error
	switch {
	case errors.As(err, &refusal):
		return slices.Contains(goneClasses, string(refusal.Code.Class()))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone):
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network)
}

// goneClasses are the classes of PostgreSQL's errors that say so: a connection failed, too many of them, and an operator or a
// restart that ended it.
var goneClasses = []string{"08", "53", "57"}

// unwritable tells whether PostgreSQL refuses a text for one of its characters: in a column or a question, or within JSON.
func unwritable(err error) bool {
	var refusal *pq.Error
	return errors.As(err, &refusal) && (refusal.Code == "22021" || refusal.Code == "22P05")
}

// The codes of a full disk.
const (
	postgresFull = "53100"
	sqliteFull   = 13
)

func full(err error) bool {
	var refusal *pq.Error
	if errors.As(err, &refusal) {
		return refusal.Code == postgresFull
	}
	var file *sqlite.Error
	return errors.As(err, &file) && file.Code()&0xff == sqliteFull
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

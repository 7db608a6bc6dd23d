package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// trigrams is the index by which a part of a name is found: of the three letters that follow each other in names. It takes an extension that
// comes with PostgreSQL and mostly is installed, and that whoever may create things in the database may add to it. A claim or a change of
// health writes to all indexes of its server; the small list of what is to be sorted in makes that cheap and the list quick to read.
const trigrams = `DO $$ BEGIN
	IF to_regclass('servers_hostname_trigrams') IS NULL THEN
		PERFORM pg_advisory_xact_lock(hashtext('servers_hostname_trigrams'));
		CREATE EXTENSION IF NOT EXISTS pg_trgm;
		CREATE INDEX IF NOT EXISTS servers_hostname_trigrams ON servers USING gin (hostname gin_trgm_ops) WITH (gin_pending_list_limit = 128);
	END IF;
END $$`

// The codes of PostgreSQL when it has no such extension (up to 15, and later), lets this role have none, or has it where it is not looked for.
var withoutExtension = map[pqerror.Code]bool{"58P01": true, "0A000": true, "42501": true, "42704": true}

// addTrigrams makes the index of trigrams where that can be done. It is no migration: one of those may not be left out. It is tried at
// every start, because somebody may have added the extension meanwhile.
func addTrigrams(ctx context.Context, pool *sql.DB) error {
	_, err := pool.ExecContext(ctx, trigrams)
	var refusal *pq.Error
	if errors.As(err, &refusal) && withoutExtension[refusal.Code] {
		return nil
	}
	if err != nil {
		return fmt.Errorf("migrate: index the trigrams of names: %w", err)
	}
	return nil
}

// FindsParts tells whether a part of a name is found by an index: always in a small database in a file, where all names are read.
func (db *DB) FindsParts(ctx context.Context) (finds bool, err error) {
	if db.dialect != dialect.Postgres {
		return true, nil
	}
	err = db.sql.QueryRowContext(ctx, "SELECT to_regclass('servers_hostname_trigrams') IS NOT NULL").Scan(&finds)
	return finds, err
}

package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/lib/pq"
)

// keptStatements is how many statements a connection keeps prepared. Most of what Arpent asks is a hundred texts, asked
// again and again; a connection's backend keeps some ten KiB for each.
const keptStatements = 128

// keeping is lib/pq with connections that keep their statements prepared. By itself lib/pq has PostgreSQL parse and plan
// each statement anew, in a round trip of its own.
type keeping struct{ *pq.Connector }

// Connect opens a connection that keeps its statements.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(postgresConn)
	if !ok {
		return opened, nil
	}
	c := &keepingConn{postgresConn: conn}
	c.kept, err = lru.NewLRU(keptStatements, c.release)
	return c, err
}

// postgresConn is what a connection of lib/pq can do.
type postgresConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// postgresStmt is what a statement of lib/pq can do.
type postgresStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn is for one goroutine at a time, as all connections of database/sql are.
type keepingConn struct {
	postgresConn
	kept  *lru.LRU[string, postgresStmt]
	stale bool // what it keeps no longer fits the database
}

// release gives up a statement that was not asked for a long time. Where that fails the connection is broken, which its
// next use finds out.
func (c *keepingConn) release(_ string, s postgresStmt) { _ = s.Close() }

// QueryContext asks through a kept statement. One without arguments is sent as it is: it may be several. So is one whose plan is to be
// made for its values.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 || byValues(query) {
		return c.postgresConn.QueryContext(ctx, query, args)
	}
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	return rows, c.judge(err)
}

// byValues tells of statements of which no plan is good for all values: it depends on how many rows fit this pattern, or this filter of a page. The
// plan of a kept statement is made for any.
func byValues(query string) bool {
	return strings.Contains(query, " LIKE ") || strings.Contains(query, ` AS "`+way+`"`)
}

// ExecContext is QueryContext for what returns no rows.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.postgresConn.ExecContext(ctx, query, args)
	}
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	return result, c.judge(err)
}

func (c *keepingConn) prepared(ctx context.Context, query string) (postgresStmt, error) {
	if s, ok := c.kept.Get(query); ok {
		return s, nil
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := made.(postgresStmt)
	if !ok {
		return nil, errors.Join(errors.New("a prepared statement takes no context"), made.Close())
	}
	c.kept.Add(query, s)
	return s, nil
}

// unknownPrepared is the code of a statement that is not there: somebody between us and PostgreSQL gave us another backend.
const unknownPrepared = "26000"

// revalidating is the routine of PostgreSQL that refuses a statement whose columns a migration has changed since it was
// prepared. Its code says less, and its text is translated.
const revalidating = "RevalidateCachedQuery"

// judge has a connection given up whose statements are stale, which PostgreSQL says before it does anything. Outside a
// transaction database/sql then tries another connection.
func (c *keepingConn) judge(err error) error {
	var refusal *pq.Error
	if errors.As(err, &refusal) && (refusal.Code == unknownPrepared || refusal.Routine == revalidating) {
		c.stale = true
		return driver.ErrBadConn
	}
	return err
}

// IsValid tells whether the connection goes back to the pool.
func (c *keepingConn) IsValid() bool { return !c.stale && c.postgresConn.IsValid() }

// ResetSession prepares the connection for who uses it next.
func (c *keepingConn) ResetSession(ctx context.Context) error {
	if c.stale {
		return driver.ErrBadConn
	}
	return c.postgresConn.ResetSession(ctx)
}

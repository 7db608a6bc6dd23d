// Command diff writes the migrations that bring the landed schema to the one of ent/schema, for both databases:
//
//	go run ./ent/migrate/diff -postgres postgres://…/scratch NAME
//
// The PostgreSQL database must be empty: the landed migrations are replayed in it. With -check nothing is
// written, and the exit status is 1 when a migration is missing.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/arpent/arpent/ent/migrate"
)

const folder = "ent/migrate/migrations"

func main() {
	postgres := flag.String("postgres", "", "URL of an empty PostgreSQL database")
	check := flag.Bool("check", false, "write nothing, fail when a migration is missing")
	flag.Parse()
	if *postgres == "" || flag.NArg() == 0 && !*check {
		flag.Usage()
		os.Exit(2)
	}
	if !*check {
		writeAll(folder, *postgres, flag.Arg(0))
		return
	}
	target := copied()
	before := count(target)
	writeAll(target, *postgres, "missing")
	missing := count(target) != before
	must(os.RemoveAll(target))
	if missing {
		log.Fatal("diff: ent/schema has changes without a migration: run diff with a name")
	}
}

func writeAll(target, postgres, migration string) {
	write(dialect.Postgres, "postgres", postgres, filepath.Join(target, "postgres"), migration)
	write(dialect.SQLite, "sqlite", "file:diff?mode=memory&cache=shared&_pragma=foreign_keys(1)", filepath.Join(target, "sqlite"), migration)
}

func write(name, driver, dsn, dir, migration string) {
	must(os.MkdirAll(dir, 0o755))
	files, err := sqltool.NewGooseDir(dir)
	must(err)
	pool, err := sql.Open(driver, dsn)
	must(err)
	defer pool.Close()
	m, err := schema.NewMigrate(entsql.OpenDB(name, pool),
		schema.WithDir(files), schema.WithFormatter(sqltool.GooseFormatter), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithDialect(name), schema.WithDropColumn(true), schema.WithDropIndex(true), schema.WithForeignKeys(true))
	must(err)
	must(m.NamedDiff(context.Background(), migration, migrate.Tables...))
}

// copied is a copy of the migrations, so that a check leaves the tree alone.
func copied() string {
	target, err := os.MkdirTemp("", "arpent-migrations-")
	must(err)
	must(os.CopyFS(target, os.DirFS(folder)))
	return target
}

func count(dir string) int {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.sql"))
	must(err)
	return len(files)
}

func must(err error) {
	if err != nil {
		log.Fatal(fmt.Errorf("diff: %w", err))
	}
}

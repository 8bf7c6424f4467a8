//go:build ignore

// Program diff writes the next versioned migration of each dialect. It needs an empty MySQL or
// MariaDB database to plan on: go run ent/migrate/diff.go NAME MYSQL_DSN
//
// With -hash alone it writes only the checksums of both folders, after a migration was edited.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	atlas "ariga.io/atlas/sql/migrate"
	tables "ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/go-sql-driver/mysql"
	_ "modernc.org/sqlite"

	"orderflow/ent/migrate"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) == 2 && os.Args[1] == "-hash" {
		if err := hash(); err != nil {
			log.Fatal(err)
		}
		return
	}
	if len(os.Args) != 3 {
		log.Fatal("usage: diff NAME MYSQL_DSN (an empty database), or diff -hash")
	}
	scratch, err := os.MkdirTemp("", "orderflow-diff")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	sources := map[string][2]string{
		dialect.MySQL:  {"mysql", os.Args[2]},
		dialect.SQLite: {"sqlite", "file:" + filepath.Join(scratch, "dev.db") + "?_pragma=foreign_keys(1)"},
	}
	for name, source := range sources {
		folder := folders[name]
		if err := diff(name, source, filepath.Join(root, folder), os.Args[1]); err != nil {
			log.Fatalf("%s: %v", folder, err)
		}
	}
}

const root = "ent/migrate"

var folders = map[string]string{dialect.MySQL: "mysql", dialect.SQLite: "sqlite"}

// hash writes atlas.sum of each folder as its files are now.
func hash() error {
	for _, folder := range folders {
		dir, err := atlas.NewLocalDir(filepath.Join(root, folder))
		if err != nil {
			return err
		}
		sum, err := dir.Checksum()
		if err == nil {
			err = atlas.WriteSumFile(dir, sum)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	return nil
}

func diff(name string, source [2]string, folder, title string) error {
	dir, err := atlas.NewLocalDir(folder)
	if err != nil {
		return err
	}
	drv, err := entsql.Open(source[0], source[1])
	if err != nil {
		return err
	}
	defer drv.Close()
	if name == dialect.SQLite {
		drv = entsql.OpenDB(dialect.SQLite, drv.DB())
		drv.DB().SetMaxOpenConns(1)
	}
	if err := collate(name, drv); err != nil {
		return err
	}
	plan, err := schema.NewMigrate(drv,
		schema.WithDir(dir),
		schema.WithMigrationMode(schema.ModeReplay),
		schema.WithFormatter(bothCollations{}),
		schema.WithForeignKeys(false),
		schema.WithDropColumn(true),
		schema.WithDropIndex(true),
		schema.WithErrNoPlan(true),
		schema.WithDiffHook(literalDefaults, oneChangeEach(name)),
	)
	if err != nil {
		return err
	}
	err = plan.NamedDiff(context.Background(), title, migrate.Tables...)
	if errors.Is(err, atlas.ErrNoPlan) {
		fmt.Println(folder + ": no change")
		return nil
	}
	if err == nil {
		fmt.Println(folder + ": written")
	}
	return err
}

// literalDefaults says constants as constants: SQLite adds a column with a constant default by one
// ALTER TABLE, and rebuilds the table for any other.
func literalDefaults(next schema.Differ) schema.Differ {
	return schema.DiffFunc(func(current, desired *tables.Schema) ([]tables.Change, error) {
		for _, table := range desired.Tables {
			for _, column := range table.Columns {
				if expr, ok := column.Default.(*tables.RawExpr); ok {
					column.Default = &tables.Literal{V: strings.Trim(expr.X, "()'")}
				}
			}
		}
		return next.Diff(current, desired)
	})
}

// The collation that compares text by its bytes and pads nothing has a name of its own on MySQL,
// which ent/schema says, and on MariaDB. A migration names both, each in a comment that only its
// server reads.
const (
	mysqlCollation   = "utf8mb4_0900_bin"
	mariaDBCollation = "utf8mb4_nopad_bin"
	eitherCollation  = "/*!80001 " + mysqlCollation + " *//*M! " + mariaDBCollation + " */"
)

// collate has the tables wanted with the collation as the planning server calls it.
func collate(dialectName string, drv *entsql.Driver) error {
	if dialectName == dialect.SQLite {
		return nil
	}
	var version string
	if err := drv.DB().QueryRow("SELECT VERSION()").Scan(&version); err != nil {
		return err
	}
	if !strings.Contains(version, "MariaDB") {
		return nil
	}
	for _, table := range migrate.Tables {
		if table.Annotation.Collation == mysqlCollation {
			table.Annotation.Collation = mariaDBCollation
		}
	}
	return nil
}

// bothCollations writes a planned migration so that it runs on MySQL and on MariaDB.
type bothCollations struct{}

// Format implements atlas.Formatter.
func (bothCollations) Format(plan *atlas.Plan) ([]atlas.File, error) {
	replace := strings.NewReplacer(
		"COLLATE "+mysqlCollation, "COLLATE "+eitherCollation,
		"COLLATE "+mariaDBCollation, "COLLATE "+eitherCollation)
	for _, change := range plan.Changes {
		change.Cmd = replace.Replace(change.Cmd)
	}
	return atlas.DefaultFormatter.Format(plan)
}

// oneChangeEach makes a statement of each change: TiDB refuses an ALTER TABLE that adds a column
// and an index on it. SQLite rebuilds a table by one statement for all changes, and keeps that.
func oneChangeEach(dialectName string) schema.DiffHook {
	return func(next schema.Differ) schema.Differ {
		return schema.DiffFunc(func(current, desired *tables.Schema) ([]tables.Change, error) {
			changes, err := next.Diff(current, desired)
			if err != nil || dialectName == dialect.SQLite {
				return changes, err
			}
			var single []tables.Change
			for _, change := range changes {
				modify, ok := change.(*tables.ModifyTable)
				if !ok {
					single = append(single, change)
					continue
				}
				for _, part := range modify.Changes {
					single = append(single,
						&tables.ModifyTable{T: modify.T, Changes: []tables.Change{part}})
				}
			}
			return single, nil
		})
	}
}

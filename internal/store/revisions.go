package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
)

// revisions keeps the history of applied migrations in a table of its own, one JSON document each.
type revisions struct{ on querier }

// querier is a database or a transaction.
type querier interface {
	schema.ExecQuerier
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// revision has the fields that atlas omits from its JSON but needs to continue a failed migration.
type revision struct {
	Version     string
	Description string
	Type        uint
	Applied     int
	Total       int
	Hash        string
	Partial     []string
	Error       string
	Statement   string
}

func (r *revisions) prepare(ctx context.Context) error {
	_, err := r.on.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_revisions (
		version varchar(64) NOT NULL PRIMARY KEY, document text NOT NULL)`)
	if err != nil {
		return fmt.Errorf("migrate: history: %w", err)
	}
	return nil
}

// Ident implements atlas.RevisionReadWriter.
func (r *revisions) Ident() *atlas.TableIdent {
	return &atlas.TableIdent{Name: "schema_revisions"}
}

// ReadRevisions implements atlas.RevisionReadWriter.
func (r *revisions) ReadRevisions(ctx context.Context) ([]*atlas.Revision, error) {
	rows, err := r.on.QueryContext(ctx,
		"SELECT document FROM schema_revisions ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*atlas.Revision
	for rows.Next() {
		var document string
		if err := rows.Scan(&document); err != nil {
			return nil, err
		}
		one, err := parseRevision(document)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// ReadRevision implements atlas.RevisionReadWriter.
func (r *revisions) ReadRevision(ctx context.Context, version string) (*atlas.Revision, error) {
	var document string
	err := r.on.QueryRowContext(ctx,
		"SELECT document FROM schema_revisions WHERE version = ?", version).Scan(&document)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, atlas.ErrRevisionNotExist
	}
	if err != nil {
		return nil, err
	}
	return parseRevision(document)
}

// WriteRevision implements atlas.RevisionReadWriter.
func (r *revisions) WriteRevision(ctx context.Context, rev *atlas.Revision) error {
	document, err := json.Marshal(revision{
		Version: rev.Version, Description: rev.Description, Type: uint(rev.Type),
		Applied: rev.Applied, Total: rev.Total, Hash: rev.Hash, Partial: rev.PartialHashes,
		Error: rev.Error, Statement: rev.ErrorStmt,
	})
	if err != nil {
		return err
	}
	_, err = r.on.ExecContext(ctx,
		"REPLACE INTO schema_revisions (version, document) VALUES (?, ?)",
		rev.Version, string(document))
	return err
}

// DeleteRevision implements atlas.RevisionReadWriter.
func (r *revisions) DeleteRevision(ctx context.Context, version string) error {
	_, err := r.on.ExecContext(ctx, "DELETE FROM schema_revisions WHERE version = ?", version)
	return err
}

func parseRevision(document string) (*atlas.Revision, error) {
	var r revision
	if err := json.Unmarshal([]byte(document), &r); err != nil {
		return nil, fmt.Errorf("migrate: history: %w", err)
	}
	return &atlas.Revision{
		Version: r.Version, Description: r.Description, Type: atlas.RevisionType(r.Type),
		Applied: r.Applied, Total: r.Total, Hash: r.Hash, PartialHashes: r.Partial,
		Error: r.Error, ErrorStmt: r.Statement,
	}, nil
}

// Package schema describes every table, one file per entity. Everything else under ent/ is
// generated from it and committed.
//
// Rules that hold for all: ids are made by us (globalid), times are UTC with microseconds, money is
// an integer of minor units, statuses are strings of lifecycle, text compares by its bytes, there
// are no physical foreign keys, and every reference is a declared field with an index.
package schema

// Package read is the read side of the GraphQL API: a client that shows only what the viewer may
// see, the queries of roots and payloads over it, and the fields that are computed from rows.
//
// It owns scoped queries (client.go, rows.go, nodes.go), the selection of fields (selection.go),
// what computed fields read (columns.go) and how field collection learns of it (collection.go),
// filters, counts, the business time of a response (clock.go), the preloading of what computed
// fields need (preload.go), and these fields themselves, by noun. It runs no command, writes
// nothing and knows no resolver; package graph translates between it and the schema.
//
// Files by noun: <noun>.go holds the computed fields. The inputs of the guards in
// internal/lifecycle come from the functions of the nouns that their commands use
// (order.UnpaidFacts, payment.Facts, shipment.Facts, aftersale.LoadSnapshots, shortage.Facts), so
// that a list of available actions and the command behind it cannot disagree; address_status.go and
// payment_status.go hold what only a reader asks of a status, by the groups of internal/vocab.
//
// Invariants:
//   - Rows of a response come from the scoped client, never from the client of commands: lazy edges
//     of a row read with the client that read the row.
//   - Computed fields find their inputs loaded: the number of statements of a root does not depend
//     on how many rows it returns.
//   - A query selects the columns that the selected fields read. A computed field that columns.go
//     does not have reads the whole row.
//   - Available actions are rows of the tables in internal/lifecycle; there is no second list.
package read

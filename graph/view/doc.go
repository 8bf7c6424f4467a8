// Package view holds the Go types of graph values that are not rows: inputs and payloads, prices,
// quotes, and the types of events. They are made by resolvers and hold no rule. It also has the
// scalars: how texts, times and cursors are checked, read and written.
package view

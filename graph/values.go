package graph

import (
	"maps"
	"slices"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/dialect/sql"

	"orderflow/graph/view"
	"orderflow/internal/globalid"
)

// newest is the order of a connection unless the caller wants another.
const newest = entgql.OrderDirectionDesc

func newestFirst(o *sql.OrderTermOptions) { o.Desc = true }

// notEmpty is null for a zero value.
func notEmpty[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// params lists named texts by name.
func params(texts map[string]string) []*view.Param {
	out := make([]*view.Param, 0, len(texts))
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		out = append(out, &view.Param{Name: name, Value: texts[name]})
	}
	return out
}

// names are the event types as the feed knows them.
func names(types []view.EventType) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.Name()
	}
	return out
}

// sortAs brings rows into the order of ids.
func sortAs[T any](rows []T, ids []globalid.ID, idOf func(T) globalid.ID) {
	slices.SortFunc(rows, func(a, b T) int {
		return slices.Index(ids, idOf(a)) - slices.Index(ids, idOf(b))
	})
}

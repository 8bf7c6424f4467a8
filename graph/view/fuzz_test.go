package view_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/ent"
	"orderflow/graph/view"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

// inList is the context of a root field with this name.
func inList(name string) context.Context {
	ctx := graphql.WithFieldContext(context.Background(), &graphql.FieldContext{Object: "Query"})
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query",
		Field: graphql.CollectedField{Field: &ast.Field{Name: name, Alias: name}}})
}

func written(t *testing.T, ctx context.Context, c ent.Cursor) string {
	t.Helper()
	var out bytes.Buffer
	if err := view.MarshalCursor(c).MarshalGQLContext(ctx, &out); err != nil {
		t.Fatal(err)
	}
	var text string
	if err := json.Unmarshal(out.Bytes(), &text); err != nil {
		t.Fatal(err)
	}
	return text
}

// refused reports whether an input is refused, which is by a fault with words for people.
func refused(t *testing.T, err error) bool {
	t.Helper()
	all := fault.All(err)
	if err != nil && (len(all) != 1 || !strings.HasSuffix(all[0].Message, ".")) {
		t.Fatalf("an error that is no fault: %v", err)
	}
	return err != nil
}

// FuzzCursor reads cursors of every kind: what is taken is written as it was read, and is of one
// list alone.
func FuzzCursor(f *testing.F) {
	row := globalid.New(globalid.Order)
	at := time.Date(2026, 11, 11, 0, 0, 0, 1000, time.UTC)
	var seed bytes.Buffer
	for _, c := range []ent.Cursor{{ID: row}, {ID: row, Value: at}} {
		seed.Reset()
		_ = view.MarshalCursor(c).MarshalGQLContext(inList("orders"), &seed)
		f.Add(strings.Trim(seed.String(), `"`))
	}
	for _, text := range []string{"", "c1_", "f1_0", "c1_AAAA", "gaFpxBA",
		"c1_" + strings.Repeat("_", 38)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ctx := inList("orders")
		read, err := view.UnmarshalCursor(ctx, text)
		if refused(t, err) {
			return
		}
		place, err := view.OfList(ctx, &read)
		if refused(t, err) {
			return
		}
		if again := written(t, ctx, *place); again != text {
			t.Fatalf("%q is written as %q", text, again)
		}
		if _, err := view.OfList(inList("refunds"), &read); err == nil {
			t.Fatalf("%q is of two lists", text)
		}
	})
}

// FuzzTime reads moments: what is taken has a zone, and is the same moment when it is written.
func FuzzTime(f *testing.F) {
	for _, text := range []string{"2026-11-11T00:00:00+08:00", "2026-11-11T00:00:00Z",
		"2026-11-11 00:00:00", "2026-11-11T00:00:00", "2026-11-11", "", "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59-12:00", "2026-11-11T00:00:00,5Z", "2026-11-11T00:00:00.123456789Z",
		"2026-02-30T00:00:00Z", "2016-12-31T23:59:60Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := view.UnmarshalTime(text)
		if refused(t, err) {
			return
		}
		if !strings.HasSuffix(text, "Z") && !strings.ContainsAny(text[len(text)-6:], "+-") {
			t.Fatalf("%q has no zone", text)
		}
		var out bytes.Buffer
		view.MarshalTime(at).MarshalGQL(&out)
		again, err := view.UnmarshalTime(strings.Trim(out.String(), `"`))
		if err != nil || !again.Equal(at) || at.Location() != time.UTC {
			t.Fatalf("%q is %v and written as %s: %v", text, at, out.String(), err)
		}
	})
}

// FuzzString reads texts as they come in JSON.
func FuzzString(f *testing.F) {
	for _, text := range []string{"张三", " a ", "\x00", "\u202e", "\u200b", "a\xff", "\ufffd"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if refused(t, view.CheckString(text)) {
			return
		}
		got, err := view.UnmarshalString(text)
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(got) || strings.TrimSpace(got) != got || strings.ContainsRune(got, 0) {
			t.Fatalf("%q is read as %q", text, got)
		}
		if again, err := view.UnmarshalString(got); err != nil || again != got {
			t.Fatalf("%q is read as %q, %v", got, again, err)
		}
	})
}

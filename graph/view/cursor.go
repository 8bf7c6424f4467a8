package view

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
)

const (
	cursorPrefix = "c1_"
	listSize     = 4
	cursorSize   = listSize + len(globalid.ID{})
	timeSize     = 8
)

// InList is what a cursor of the API has for a value until OfList has read it: the list that it is
// of, in its order, and the value by which rows are ordered.
type InList struct {
	List  uint32
	Value ent.Value
}

// OfList returns a cursor for the database, when it is one of the list of the context's root field,
// in the same order. Fault: BAD_USER_INPUT.
func OfList(ctx context.Context, c *ent.Cursor) (*ent.Cursor, error) {
	if c == nil {
		return nil, nil
	}
	if in, ok := c.Value.(InList); ok && in.List == listOf(ctx) {
		return &ent.Cursor{ID: c.ID, Value: in.Value}, nil
	}
	return nil, fault.At("after", fault.BadUserInput,
		"The cursor is of another list, or of this one in another order; "+
			"begin anew, without a cursor.")
}

// listOf identifies the list of a root field, with its order.
func listOf(ctx context.Context) uint32 {
	field := graphql.GetFieldContext(ctx)
	for field.Parent != nil && field.Parent.Parent != nil { // below the object Query
		field = field.Parent
	}
	hash := fnv.New32a()
	_, _ = io.WriteString(hash, field.Field.Name)
	if order, ok := field.Args["orderBy"].(fmt.Stringer); ok {
		_, _ = io.WriteString(hash, " "+order.String())
	}
	return hash.Sum32()
}

// MarshalCursor writes the place of a row in the list that is read.
func MarshalCursor(c ent.Cursor) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(ctx context.Context, w io.Writer) error {
		data := binary.BigEndian.AppendUint32(nil, listOf(ctx))
		data = append(data, c.ID[:]...)
		switch value := c.Value.(type) {
		case nil:
		case time.Time:
			data = binary.BigEndian.AppendUint64(data, uint64(value.UnixMicro()))
		default:
			return fmt.Errorf("a list is ordered by a %T", value)
		}
		_, err := io.WriteString(w,
			strconv.Quote(cursorPrefix+base64.RawURLEncoding.EncodeToString(data)))
		return err
	})
}

// UnmarshalCursor is ParseCursor; gqlgen wants a context where it writes with one.
func UnmarshalCursor(_ context.Context, v any) (ent.Cursor, error) { return ParseCursor(v) }

// ParseCursor reads a cursor, of whatever list. Fault: BAD_USER_INPUT.
func ParseCursor(v any) (ent.Cursor, error) {
	c, ok := decodeCursor(v)
	if !ok {
		return ent.Cursor{}, fault.New(fault.BadUserInput,
			"This is not a cursor; give the cursor of an edge, or endCursor, as it was received.")
	}
	return c, nil
}

func decodeCursor(v any) (c ent.Cursor, ok bool) {
	s, _ := v.(string)
	text, ok := strings.CutPrefix(s, cursorPrefix)
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if !ok || err != nil || len(data) != cursorSize && len(data) != cursorSize+timeSize {
		return c, false
	}
	in := InList{List: binary.BigEndian.Uint32(data)}
	c.ID = globalid.ID(data[listSize:cursorSize])
	if len(data) > cursorSize {
		at := time.UnixMicro(int64(binary.BigEndian.Uint64(data[cursorSize:]))).UTC()
		if at.Year() < firstYear || at.Year() > lastYear {
			return c, false
		}
		in.Value = at
	}
	c.Value = in
	return c, true
}

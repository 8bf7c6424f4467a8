package globalid_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderflow/internal/globalid"
)

// kinds lists every kind that has a prefix.
func kinds() []globalid.Kind {
	var all []globalid.Kind
	for k := range 256 {
		if globalid.Kind(k).Prefix() != "" {
			all = append(all, globalid.Kind(k))
		}
	}
	return all
}

// ids draws any 16 bytes whose kind is a known one.
func ids() *rapid.Generator[globalid.ID] {
	return rapid.Custom(func(t *rapid.T) globalid.ID {
		var id globalid.ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(t, "bytes"))
		id[6] = byte(rapid.SampledFrom(kinds()).Draw(t, "kind"))
		return id
	})
}

func TestKindsAndPrefixesAreOneToOne(t *testing.T) {
	t.Parallel()
	for _, k := range kinds() {
		if back, ok := globalid.KindOf(k.Prefix()); !ok || back != k {
			t.Errorf("%q is the prefix of %d and of %d", k.Prefix(), k, back)
		}
		if p := k.Prefix(); p != strings.ToLower(p) || strings.Contains(p, "_") {
			t.Errorf("prefix %q", p)
		}
	}
	for _, prefix := range []string{"", "nope", "ORD"} {
		if k, ok := globalid.KindOf(prefix); ok {
			t.Errorf("%q is the prefix of %d", prefix, k)
		}
	}
}

func TestTextForm(t *testing.T) {
	t.Parallel()
	id := globalid.ID{
		1, 0x94, 0xf0, 0, 0, 0, byte(globalid.Order), 1, 2, 3, 4, 5, 6, 7, 8, 0xff,
	}
	const want = "ord_06AF0000008020G30G2GC1R8ZW"
	if got := id.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if id.Kind() != globalid.Order || id.Time().UnixMilli() != 0x0194f0000000 {
		t.Errorf("kind %d at %v", id.Kind(), id.Time())
	}
}

func TestEveryFormReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := ids().Draw(t, "id")
		parsed, err := globalid.Parse(id.String())
		if err != nil || parsed != id {
			t.Fatalf("Parse(%s) = %v, %v", id, parsed, err)
		}
		prefix, rest, _ := strings.Cut(id.String(), "_")
		if lower, err := globalid.Parse(prefix + "_" + strings.ToLower(rest)); err != nil ||
			lower != id {
			t.Fatalf("in lower case: %v, %v", lower, err)
		}
		text, err := json.Marshal(id)
		var fromJSON globalid.ID
		if err != nil || json.Unmarshal(text, &fromJSON) != nil || fromJSON != id {
			t.Fatalf("json %s: %v, %v", text, fromJSON, err)
		}
		value, err := id.Value()
		var fromRow globalid.ID
		if err != nil || fromRow.Scan(value) != nil || fromRow != id {
			t.Fatalf("row: %v, %v", fromRow, err)
		}
		var written strings.Builder
		id.MarshalGQL(&written)
		var fromGQL, asIs globalid.ID
		if written.String() != strconv.Quote(id.String()) ||
			fromGQL.UnmarshalGQL(id.String()) != nil || fromGQL != id ||
			asIs.UnmarshalGQL(id) != nil || asIs != id {
			t.Fatalf("gql %s: %v %v", written.String(), fromGQL, asIs)
		}
	})
}

func TestTheZeroID(t *testing.T) {
	t.Parallel()
	var zero globalid.ID
	read := globalid.New(globalid.Order)
	if err := read.UnmarshalText(nil); err != nil || !read.IsZero() {
		t.Errorf("from empty text: %v, %v", read, err)
	}
	read = globalid.New(globalid.Order)
	if err := read.Scan(nil); err != nil || !read.IsZero() {
		t.Errorf("from NULL: %v, %v", read, err)
	}
	if zero.String() != "" || !zero.IsZero() || globalid.New(globalid.Order).IsZero() {
		t.Errorf("zero is %q", zero)
	}
	value, err := zero.Value()
	if raw, ok := value.([]byte); err != nil || !ok || len(raw) != len(zero) {
		t.Errorf("zero is stored as %v, %v", value, err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good := globalid.New(globalid.Order).String()
	for name, text := range map[string]string{
		"empty":             "",
		"no prefix":         good[len("ord_"):],
		"unknown prefix":    "xyz_" + good[len("ord_"):],
		"upper-case prefix": "ORD_" + good[len("ord_"):],
		"another kind":      "sub_" + good[len("ord_"):],
		"too short":         good[:len(good)-1],
		"too long":          good + "0",
		"outside alphabet":  good[:len(good)-1] + "U",
		"bits beyond":       good[:len(good)-1] + "1",
		"line break":        good[:len(good)-1] + "\n",
	} {
		if id, err := globalid.Parse(text); err == nil {
			t.Errorf("%s: %q was read as %s", name, text, id)
		}
		var id globalid.ID
		if err := id.UnmarshalGQL(text); err == nil {
			t.Errorf("%s: %q was read by UnmarshalGQL", name, text)
		}
	}
}

func TestScanAndGQLRefuseOtherTypes(t *testing.T) {
	t.Parallel()
	var id globalid.ID
	for _, src := range []any{make([]byte, 15), make([]byte, 17), "short", 7, 1.5} {
		if err := id.Scan(src); err == nil {
			t.Errorf("Scan took %T %v", src, src)
		}
	}
	for _, src := range []any{nil, 7, []byte("ord_")} {
		if err := id.UnmarshalGQL(src); err == nil {
			t.Errorf("UnmarshalGQL took %T %v", src, src)
		}
	}
	if err := id.UnmarshalGQL(strings.Repeat("x", 1000)); err == nil || len(err.Error()) > 100 {
		t.Errorf("the message repeats what it was given: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(globalid.New(globalid.Order).String())
	f.Add("ord_00000000000000000000000000")
	f.Add("_")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := globalid.Parse(text)
		if err != nil {
			if !id.IsZero() {
				t.Errorf("%q: an error and %s", text, id)
			}
			return
		}
		if !strings.EqualFold(id.String(), text) {
			t.Errorf("%q was read as %s", text, id)
		}
		if again, err := globalid.Parse(id.String()); err != nil || again != id {
			t.Errorf("%s reads back as %s, %v", id, again, err)
		}
	})
}

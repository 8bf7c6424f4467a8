package carrier

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Carrier is a company that carries parcels.
type Carrier struct {
	Code    string `json:"code"`
	Name    string `json:"name"` // Chinese
	English string `json:"english"`
	Phone   string `json:"phone,omitempty"`

	// What services call it; empty where that is not known.
	Kuaidi100 string `json:"kuaidi100,omitempty"`
	Kdniao    string `json:"kdniao,omitempty"`
	WeChat    string `json:"wechat,omitempty"` // for the shipping information of mini-programs
}

// List is carriers in the order in which they are shown. It is never changed.
type List struct {
	rows []Carrier
	at   map[string]int // by code
}

//go:embed carriers.json
var builtIn []byte

var known = func() *List {
	rows, err := Read(bytes.NewReader(builtIn))
	if err == nil {
		var list *List
		if list, err = (&List{}).With(rows...); err == nil {
			return list
		}
	}
	panic("carrier: carriers.json: " + err.Error())
}()

// BuiltIn is the list of the program.
func BuiltIn() *List { return known }

// Read reads carriers as a deployment writes them: an array of JSON like carriers.json.
func Read(from io.Reader) ([]Carrier, error) {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	var rows []Carrier
	if err := decoder.Decode(&rows); err != nil {
		return nil, fmt.Errorf("carriers: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("carriers: something follows the array")
	}
	return rows, nil
}

// With returns the list with more carriers. One whose code is on the list takes that place.
func (l *List) With(more ...Carrier) (*List, error) {
	out := &List{rows: slices.Clone(l.rows), at: map[string]int{}}
	for i, c := range out.rows {
		out.at[c.Code] = i
	}
	added := map[string]bool{}
	for _, c := range more {
		if err := c.check(); err != nil {
			return nil, err
		}
		if added[c.Code] {
			return nil, fmt.Errorf("carrier %s is there twice", c.Code)
		}
		added[c.Code] = true
		if i, replaces := out.at[c.Code]; replaces {
			out.rows[i] = c
			continue
		}
		out.at[c.Code] = len(out.rows)
		out.rows = append(out.rows, c)
	}
	return out, nil
}

var code = regexp.MustCompile(`^[A-Z0-9_]{2,32}$`)

func (c Carrier) check() error {
	if !code.MatchString(c.Code) {
		return fmt.Errorf("carrier %q: the code must be 2 to 32 of A to Z, 0 to 9 and _", c.Code)
	}
	if strings.TrimSpace(c.Name) == "" || strings.TrimSpace(c.English) == "" {
		return fmt.Errorf("carrier %s: it needs a name and an english one", c.Code)
	}
	return nil
}

// Find finds a carrier by its code, in small or capital letters.
func (l *List) Find(code string) (Carrier, bool) {
	i, found := l.at[strings.ToUpper(code)]
	if !found {
		return Carrier{}, false
	}
	return l.rows[i], true
}

// All are the carriers of the list.
func (l *List) All() []Carrier { return slices.Clone(l.rows) }

package graph_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"orderflow/graph"
)

// example is a block of GraphQL in a document.
type example struct {
	section string // the heading it stands under
	text    string
}

var (
	headings = regexp.MustCompile(`^## (.*)`)
	// capitals are words that stand for something an earlier answer gave: ids in quotes, amounts bare.
	capitals = regexp.MustCompile(`"[A-Z][A-Z_]{2,}"|\b(NEW_)?TOTAL\b`)
)

func examples(t *testing.T, path string) (found []example) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var section string
	var block *example
	for line := range strings.Lines(string(text)) {
		switch heading := headings.FindStringSubmatch(line); {
		case block != nil && strings.HasPrefix(line, "```"):
			found, block = append(found, *block), nil
		case block != nil:
			block.text += line
		case strings.HasPrefix(line, "```graphql"):
			block = &example{section: section}
		case heading != nil:
			section = heading[1]
		}
	}
	return found
}

// TestExamplesAreOfTheSchema validates every example of every document.
func TestExamplesAreOfTheSchema(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range append(files, "../README.md") {
		for _, e := range examples(t, file) {
			n++
			text := strings.NewReplacer("NEW_TOTAL", "1", "TOTAL", "2").Replace(e.text)
			if _, errs := gqlparser.LoadQueryWithRules(graph.Schema(), text, nil); len(errs) > 0 {
				t.Errorf("%s, %s: %v\n%s", file, e.section, errs, e.text)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d examples were found", n)
	}
}

// reader goes through the API guide from top to bottom.
type reader struct {
	*cast
	section string
	words   map[string]string
}

// TestTheGuideRuns runs the examples of the API guide in their order, each with the words that
// earlier answers gave and as the first role that may.
func TestTheGuideRuns(t *testing.T) {
	t.Parallel()
	guide := examples(t, "../docs/api.md")
	eachCast(t, func(c *cast) {
		r := &reader{cast: c, words: map[string]string{"SKU": c.sku, "SHOP": c.shop,
			"WAREHOUSE": c.warehouse, "OTHER_WAREHOUSE": c.elsewhere, "NEW_TOTAL": "1000"}}
		for _, e := range guide {
			r.turnTo(e.section)
			r.run(e)
		}
	})
}

// turnTo makes an order on which what a section tells is possible.
func (r *reader) turnTo(section string) {
	if section == r.section {
		return
	}
	r.section = section
	begin := map[string]func() part{
		"Ship": r.paid, "Change a paid order": r.paid, "Transfers": r.paid, "Deadlines": r.paid,
		"Idempotency": r.paid, "Receipt and completion": r.shipped, "Reviews": r.received,
		"Back before shipping": r.paid, "Missing goods": r.paid, "Back on the way": r.shipped,
		"Back after receipt": r.received, "Disputes": r.received,
	}[section]
	if begin != nil {
		p := begin()
		r.words["ORDER"], r.words["SUB_ORDER"], r.words["ITEM"] = p.order, p.sub, p.item
	}
}

func (r *reader) run(e example) {
	r.Helper()
	text := capitals.ReplaceAllStringFunc(e.text, func(word string) string {
		given := r.words[strings.Trim(word, `"`)]
		switch {
		case word == `"CNY"`:
			return word
		case given == "":
			r.Fatalf("%s: no earlier answer gave %s:\n%s", e.section, word, e.text)
		case strings.HasPrefix(word, `"`):
			return strconv.Quote(given)
		}
		return given
	})
	doc, errs := gqlparser.LoadQueryWithRules(graph.Schema(), text, nil)
	if len(errs) > 0 {
		r.Fatalf("%s: %v\n%s", e.section, errs, text)
	}
	op := doc.Operations[0]
	if op.Operation == ast.Subscription {
		return
	}
	answer := r.must(r.tokenFor(op.SelectionSet[0].(*ast.Field)), text, nil)
	for _, root := range op.SelectionSet {
		name := root.(*ast.Field).Name
		if refused := refusalOf(answer, name); refused != "" || answer.at(name) == nil {
			r.Errorf("%s is not possible as it stands under %q: %s", name, e.section, answer.raw)
		}
		r.remember(answer, name)
	}
}

// tokenFor is of the first role that the schema lets, the buyer's when it lets everybody.
func (r *reader) tokenFor(field *ast.Field) string {
	of := field.Definition.Directives.ForName("for")
	if of == nil {
		return r.buyer
	}
	role := of.Arguments.ForName("roles").Value.Children[0].Value.Raw
	for _, who := range r.callers() {
		if who.role == role {
			return who.token
		}
	}
	r.Fatalf("nobody is %s", role)
	return ""
}

// remember keeps what later examples call by a word.
func (r *reader) remember(a answer, root string) {
	for word, path := range map[string][]any{
		"ORDER": {"order", "id"}, "PAYMENT": {"payment", "id"}, "PARCEL": {"shipment", "id"},
		"TRANSFER": {"transfer", "id"}, "AFTER_SALE": {"afterSale", "id"},
		"SHORTAGE": {"shortages", 0, "id"}, "CHANGE": {"changes", 0, "id"}, "REVIEW": {"review", "id"},
	} {
		if id, _ := a.at(append([]any{root}, path...)...).(string); id != "" {
			r.words[word] = id
		}
	}
	if total, ok := a.at(root, "price", "payable", "amount").(float64); ok {
		r.words["TOTAL"] = strconv.FormatInt(int64(total), 10)
	}
}

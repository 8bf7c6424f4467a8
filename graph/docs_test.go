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
	"orderflow/internal/vocab"
)

// example is a block of GraphQL in a document.
type example struct {
	section string // the heading above it
	text    string
}

var (
	headings = regexp.MustCompile(`^## (.*)`)
	// placeholders stand for values of earlier responses: ids in quotes, amounts without.
	placeholders = regexp.MustCompile(`"[A-Z][A-Z_]{2,}"|\b(NEW_)?TOTAL\b`)
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

// guideRun runs the API guide from top to bottom.
type guideRun struct {
	*env
	section string
	values  map[string]string
}

// TestTheGuideRuns runs the examples of the API guide in their order, each with the values of
// earlier responses and as the first role that may.
func TestTheGuideRuns(t *testing.T) {
	t.Parallel()
	guide := examples(t, "../docs/api.md")
	eachEnv(t, func(e *env) {
		g := &guideRun{env: e, values: map[string]string{"SKU": e.sku, "SHOP": e.shop,
			"WAREHOUSE": e.warehouse, "OTHER_WAREHOUSE": e.otherWarehouse, "NEW_TOTAL": "1000"}}
		for _, e := range guide {
			g.startSection(e.section)
			g.run(e)
		}
	})
}

// startSection makes an order on which the examples of a section are possible.
func (g *guideRun) startSection(section string) {
	if section == g.section {
		return
	}
	g.section = section
	begin := map[string]func() placedOrder{
		"Ship": g.paidOrder, "Change a paid order": g.paidOrder, "Transfers": g.paidOrder,
		"What staff did": func() placedOrder {
			g.proposedAccount()
			g.values["REFUND"] = g.outsideRefund(g.token("second", vocab.Platform))
			return g.paidOrder()
		},
		"Deadlines":   g.paidOrder,
		"Idempotency": g.paidOrder, "Receipt and completion": g.shippedOrder, "Reviews": g.receivedOrder,
		"Back before shipping": g.paidOrder, "Missing goods": g.paidOrder,
		"What can be asked for": g.receivedOrder,
		"Back on the way":       g.shippedOrder,
		"Back after receipt":    g.receivedOrder, "Disputes": g.receivedOrder,
	}[section]
	if begin != nil {
		p := begin()
		g.values["ORDER"], g.values["SUB_ORDER"], g.values["ITEM"] = p.order, p.sub, p.item
	}
}

func (g *guideRun) run(e example) {
	g.Helper()
	text := placeholders.ReplaceAllStringFunc(e.text, func(word string) string {
		given := g.values[strings.Trim(word, `"`)]
		switch {
		case word == `"CNY"`:
			return word
		case given == "":
			g.Fatalf("%s: no earlier response has %s:\n%s", e.section, word, e.text)
		case strings.HasPrefix(word, `"`):
			return strconv.Quote(given)
		}
		return given
	})
	doc, errs := gqlparser.LoadQueryWithRules(graph.Schema(), text, nil)
	if len(errs) > 0 {
		g.Fatalf("%s: %v\n%s", e.section, errs, text)
	}
	op := doc.Operations[0]
	if op.Operation == ast.Subscription {
		return
	}
	response := g.must(g.tokenFor(op.SelectionSet[0].(*ast.Field)), text, nil)
	for _, root := range op.SelectionSet {
		name := root.(*ast.Field).Name
		if code := errorCode(response, name); code != "" || response.at(name) == nil {
			g.Errorf("%s is not possible as it stands under %q: %s", name, e.section, response.raw)
		}
		g.storeIDs(response, name)
	}
}

// tokenFor is the token of the first role that the schema allows, the buyer's when it names none.
func (g *guideRun) tokenFor(field *ast.Field) string {
	of := field.Definition.Directives.ForName("for")
	if of == nil {
		return g.buyer
	}
	role := of.Arguments.ForName("roles").Value.Children[0].Value.Raw
	for _, who := range g.callers() {
		if who.role == role {
			return who.token
		}
	}
	g.Fatalf("nobody is %s", role)
	return ""
}

// storeIDs keeps the ids to which later examples refer.
func (g *guideRun) storeIDs(a response, root string) {
	for word, path := range map[string][]any{
		"ORDER": {"order", "id"}, "PAYMENT": {"payment", "id"}, "PARCEL": {"shipment", "id"},
		"TRANSFER": {"transfer", "id"}, "AFTER_SALE": {"afterSale", "id"},
		"SHORTAGE": {"shortages", 0, "id"}, "CHANGE": {"changes", 0, "id"}, "REVIEW": {"review", "id"},
		"PROPOSED_CHANGE": {"change", "id"},
	} {
		if id, _ := a.at(append([]any{root}, path...)...).(string); id != "" {
			g.values[word] = id
		}
	}
	if total, ok := a.at(root, "price", "payable", "amount").(float64); ok {
		g.values["TOTAL"] = strconv.FormatInt(int64(total), 10)
	}
}

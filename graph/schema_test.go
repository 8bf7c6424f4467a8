package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gql "github.com/vektah/gqlparser/v2/ast"

	"orderflow/ent"
	"orderflow/graph"
	"orderflow/graph/view"
	"orderflow/internal/fault"
	"orderflow/internal/lifecycle"
	"orderflow/internal/vocab"
)

func enumOf(t *testing.T, name string) (values []string) {
	t.Helper()
	def := graph.Schema().Types[name]
	if def == nil || def.Kind != gql.Enum {
		t.Fatalf("the schema has no enum %s", name)
	}
	for _, v := range def.EnumValues {
		values = append(values, v.Name)
	}
	slices.Sort(values)
	return values
}

// constants reads from a package's files the values of its constants of a type, or of those whose
// name begins with a prefix.
func constants(t *testing.T, dir string, wanted func(name, typ string) bool) (values []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			literal, isLiteral := spec.Values[0].(*ast.BasicLit)
			typ, _ := spec.Type.(*ast.Ident)
			typeName := ""
			if typ != nil {
				typeName = typ.Name
			}
			if isLiteral && literal.Kind == token.STRING && wanted(spec.Names[0].Name, typeName) {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	slices.Sort(values)
	return values
}

func TestEnumsAreTheVocabulariesOfTheSystem(t *testing.T) {
	t.Parallel()
	const words = "../internal/vocab"
	for enum, of := range map[string]struct{ dir, typ string }{
		"Role":           {words, "Role"},
		"TradeStatus":    {words, "TradeStatus"},
		"CloseReason":    {words, "CloseReason"},
		"HoldReason":     {words, "HoldReason"},
		"TradeAction":    {words, "TradeAction"},
		"AttemptStatus":  {words, "AttemptStatus"},
		"CloseCause":     {words, "CloseCause"},
		"Verdict":        {words, "Verdict"},
		"RefundStatus":   {words, "RefundStatus"},
		"RefundTrigger":  {words, "RefundTrigger"},
		"RefundAction":   {words, "RefundAction"},
		"CouponStatus":   {words, "CouponState"},
		"LogisticsClass": {words, "LogisticsClass"},
		"DeductionMode":  {words, "DeductionMode"},
		"SplitStrategy":  {words, "SplitStrategy"},
		"PromotionKind":  {words, "PromotionKind"},
		"PromotionScope": {words, "PromotionScope"},
		"BenefitKind":    {words, "BenefitKind"},
		"Funder":         {words, "Funder"},
		"ShareSource":    {words, "ShareSource"},
		"FreightBasis":   {words, "FreightBasis"},
		"PaymentChannel": {words, "PaymentChannel"},
		"MovementCause":  {words, "MovementCause"},
		"ParcelPurpose":  {words, "ParcelPurpose"},

		"WarehouseStage":      {words, "WarehouseStage"},
		"CarrierStage":        {words, "CarrierStage"},
		"ParcelAction":        {words, "ParcelAction"},
		"TransferStatus":      {words, "TransferStatus"},
		"TransferAction":      {words, "TransferAction"},
		"AddressChangeStatus": {words, "AddressChangeStatus"},
		"AddressAction":       {words, "AddressAction"},
		"AfterSaleStatus":     {words, "AfterSaleStatus"},
		"AfterSaleAction":     {words, "AfterSaleAction"},
		"InterceptionStatus":  {words, "InterceptionStatus"},
		"DifferenceKind":      {words, "DifferenceKind"},
		"DifferenceStatus":    {words, "DifferenceStatus"},
		"DifferenceAction":    {words, "DifferenceAction"},
		"BillLineKind":        {words, "BillLineKind"},
		"ShortageStatus":      {words, "ShortageStatus"},
		"ShortageAction":      {words, "ShortageAction"},

		"AfterSaleKind":        {words, "AfterSaleKind"},
		"GoodsPlace":           {words, "GoodsPlace"},
		"WayBack":              {words, "WayBack"},
		"AfterSaleReason":      {words, "AfterSaleReason"},
		"RejectionReason":      {words, "RejectionReason"},
		"LiableSide":           {words, "LiableSide"},
		"AfterSaleMessageKind": {words, "MessageKind"},
		"ShortageCause":        {words, "ShortageCause"},
		"ShortageOption":       {words, "ShortageOption"},
		"Ruling":               {"../internal/aftersale", "Ruling"},
		"AfterSaleObstacle":    {"../internal/aftersale", "Obstacle"},
	} {
		want := constants(t, of.dir, func(_, typ string) bool { return typ == of.typ })
		if got := enumOf(t, enum); !slices.Equal(got, want) {
			t.Errorf("enum %s is\n%v, the system has\n%v", enum, got, want)
		}
	}
}

func TestThePaymentChannelsAreListed(t *testing.T) {
	t.Parallel()
	want := constants(t, "../internal/vocab",
		func(_, typ string) bool { return typ == "PaymentChannel" })
	var got []string
	for _, channel := range vocab.PaymentChannels {
		got = append(got, string(channel))
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("listed are %v, there are %v", got, want)
	}
}

func TestErrorCodesAreTheFaults(t *testing.T) {
	t.Parallel()
	var want []string
	for _, code := range slices.Sorted(maps.Keys(fault.Meanings)) {
		want = append(want, string(code))
	}
	if got := enumOf(t, "ErrorCode"); !slices.Equal(got, want) {
		t.Errorf("enum ErrorCode is\n%v, the faults are\n%v", got, want)
	}
	for _, value := range graph.Schema().Types["ErrorCode"].EnumValues {
		if meaning := fault.Meanings[fault.Code(value.Name)]; value.Description != meaning {
			t.Errorf("%s: %q in the schema, %q in the list", value.Name, value.Description, meaning)
		}
	}
}

func TestEveryEventHasATypeInTheGraph(t *testing.T) {
	t.Parallel()
	names := constants(t, "../internal/vocab", func(name, typ string) bool {
		return typ == "" && strings.HasPrefix(name, "Event")
	})
	for _, machine := range lifecycle.Machines() {
		for _, row := range machine.Rows {
			if row.Emit != "" {
				names = append(names, row.Emit, vocab.ForShop(row.Emit))
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var want []string
	for _, name := range names {
		typ := view.TypeOf(name)
		want = append(want, string(typ))
		if typ.Name() != name {
			t.Errorf("%s is spelled %s, which is read as %s", name, typ, typ.Name())
		}
		if view.EventOf(&ent.Event{Type: name}, nil) == nil {
			t.Errorf("%s has no type in the graph", name)
		}
	}
	slices.Sort(want)
	if got := enumOf(t, "EventType"); !slices.Equal(got, want) {
		t.Errorf("enum EventType is\n%v, the system has\n%v", got, want)
	}
}

func TestEverythingInTheSchemaIsDescribed(t *testing.T) {
	t.Parallel()
	check := func(where, text string) {
		if !strings.HasSuffix(text, ".") || len(text) < 4 {
			t.Errorf("%s is described by %q", where, text)
		}
	}
	s := graph.Schema()
	for _, d := range s.Directives {
		if d.Position.Src.BuiltIn {
			continue
		}
		check("@"+d.Name, d.Description)
		for _, arg := range d.Arguments {
			check("@"+d.Name+"("+arg.Name+")", arg.Description)
		}
	}
	for _, def := range s.Types {
		if def.BuiltIn || strings.HasPrefix(def.Name, "__") {
			continue
		}
		check(def.Name, def.Description)
		for _, value := range def.EnumValues {
			check(def.Name+"."+value.Name, value.Description)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			check(def.Name+"."+f.Name, f.Description)
			for _, arg := range f.Arguments {
				check(def.Name+"."+f.Name+"("+arg.Name+")", arg.Description)
			}
		}
	}
}

func TestEveryMutationHasAnInputAndAPayload(t *testing.T) {
	t.Parallel()
	s := graph.Schema()
	for _, f := range s.Mutation.Fields {
		name := strings.ToUpper(f.Name[:1]) + f.Name[1:]
		if len(f.Arguments) != 1 || f.Arguments[0].Type.String() != name+"Input!" {
			t.Errorf("%s does not take one %sInput", f.Name, name)
		}
		errors := s.Types[f.Type.Name()].Fields.ForName("userErrors")
		if f.Type.String() != name+"Payload!" || errors == nil ||
			errors.Type.String() != "[UserError!]!" {
			t.Errorf("%s does not return a %sPayload with userErrors", f.Name, name)
		}
		if f.Directives.ForName("for") == nil {
			t.Errorf("%s does not say which roles may call it", f.Name)
		}
	}
}

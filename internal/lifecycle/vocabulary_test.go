package lifecycle_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orderflow/internal/lifecycle"
)

// constants reads the package's source: the string constants by type, "" for those without one.
func constants(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	byType := map[string]map[string]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for spec := range constSpecs(parsed) {
			kind := ""
			if ident, ok := spec.Type.(*ast.Ident); ok {
				kind = ident.Name
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok {
				continue
			}
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if byType[kind] == nil {
				byType[kind] = map[string]string{}
			}
			byType[kind][spec.Names[0].Name] = value
		}
	}
	return byType
}

func constSpecs(file *ast.File) func(func(*ast.ValueSpec) bool) {
	return func(yield func(*ast.ValueSpec) bool) {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for _, spec := range gen.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if ok && len(value.Values) == 1 && !yield(value) {
					return
				}
			}
		}
	}
}

func TestListsHoldEveryConstant(t *testing.T) {
	t.Parallel()
	byType := constants(t)
	for _, list := range []any{
		lifecycle.Roles, lifecycle.TradeStatuses, lifecycle.TradeActions, lifecycle.CloseReasons,
		lifecycle.AttemptStatuses, lifecycle.AttemptActions, lifecycle.CloseCauses,
		lifecycle.Verdicts, lifecycle.RefundStatuses, lifecycle.RefundActions,
		lifecycle.RefundTriggers, lifecycle.ReservationStatuses, lifecycle.ReservationActions,
		lifecycle.UseStatuses, lifecycle.UseActions, lifecycle.WarehouseStages,
		lifecycle.ParcelActions, lifecycle.CarrierStages, lifecycle.CarrierActions,
		lifecycle.TransferStatuses, lifecycle.TransferActions, lifecycle.AddressChangeStatuses,
		lifecycle.AddressActions, lifecycle.AfterSaleStatuses, lifecycle.AfterSaleActions,
		lifecycle.Paths, lifecycle.ShortageStatuses, lifecycle.ShortageActions,
		lifecycle.InterceptionStatuses, lifecycle.InterceptionActions,
	} {
		v := reflect.ValueOf(list)
		kind := v.Type().Elem().Name()
		var listed, declared []string
		for i := range v.Len() {
			listed = append(listed, v.Index(i).String())
		}
		for _, value := range byType[kind] {
			declared = append(declared, value)
		}
		slices.Sort(listed)
		slices.Sort(declared)
		if len(declared) == 0 || !slices.Equal(listed, declared) {
			t.Errorf("%s: listed %v, declared %v", kind, listed, declared)
		}
		delete(byType, kind)
	}
	delete(byType, "")
	for kind := range byType {
		t.Errorf("%s has no list", kind)
	}
}

// Every event name is emitted by a table, or is what a shop hears of one that is; and none is
// emitted that has no constant.
func TestEventNames(t *testing.T) {
	t.Parallel()
	emitted := map[string]bool{}
	for _, m := range lifecycle.Machines() {
		for _, row := range m.Rows {
			if row.Emit != "" {
				emitted[row.Emit] = true
				emitted[lifecycle.ForShop(row.Emit)] = true
			}
		}
	}
	declared := map[string]bool{}
	for name, value := range constants(t)[""] {
		if !strings.HasPrefix(name, "Event") {
			continue
		}
		declared[value] = true
		if !emitted[value] {
			t.Errorf("%s (%s) is emitted by no table", name, value)
		}
	}
	for name := range emitted {
		if !declared[name] {
			t.Errorf("%s has no constant", name)
		}
	}
}

func TestForShopLeavesOtherEventsAlone(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]string{
		lifecycle.EventOrderPaid:        lifecycle.EventSubOrderPaid,
		lifecycle.EventSubOrderShipped:  lifecycle.EventSubOrderShipped,
		lifecycle.EventPaymentSucceeded: lifecycle.EventPaymentSucceeded,
	} {
		if got := lifecycle.ForShop(event); got != want {
			t.Errorf("ForShop(%s) = %s, want %s", event, got, want)
		}
	}
}

package vocab_test

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

	"orderflow/internal/vocab"
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
		vocab.Roles, vocab.TradeStatuses, vocab.TradeActions, vocab.CloseReasons,
		vocab.AttemptStatuses, vocab.AttemptActions, vocab.CloseCauses,
		vocab.Verdicts, vocab.RefundStatuses, vocab.RefundActions,
		vocab.RefundTriggers, vocab.ReservationStatuses, vocab.ReservationActions,
		vocab.UseStatuses, vocab.CouponStates, vocab.UseActions, vocab.WarehouseStages,
		vocab.ParcelActions, vocab.CarrierStages, vocab.CarrierActions,
		vocab.TransferStatuses, vocab.TransferActions, vocab.AddressChangeStatuses,
		vocab.AddressActions, vocab.AfterSaleStatuses, vocab.AfterSaleActions,
		vocab.Paths, vocab.ShortageStatuses, vocab.ShortageActions,
		vocab.InterceptionStatuses, vocab.InterceptionActions,
		vocab.BillLineKinds, vocab.DifferenceKinds, vocab.DifferenceStatuses, vocab.DifferenceActions,
		vocab.AuditActions, vocab.RevealReasons,
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
	for kind := range byType {
		if strings.HasSuffix(kind, "Status") || strings.HasSuffix(kind, "Action") {
			t.Errorf("%s has no list", kind)
		}
	}
}

func TestForShopLeavesOtherEventsAlone(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]string{
		vocab.EventOrderPaid:        vocab.EventSubOrderPaid,
		vocab.EventSubOrderShipped:  vocab.EventSubOrderShipped,
		vocab.EventPaymentSucceeded: vocab.EventPaymentSucceeded,
	} {
		if got := vocab.ForShop(event); got != want {
			t.Errorf("ForShop(%s) = %s, want %s", event, got, want)
		}
	}
}

package verify

// Inside the package: what is compared with the schema is its own data.

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/schema/field"

	"orderflow/ent"
	"orderflow/ent/migrate"
)

// unchecked are the columns with an id of any table.
var unchecked = []string{"audit_entries.subject_id"}

// Every column of the schema that holds an id is either a row's own or a listed reference, and
// those that ent knows as an edge lead to the same table.
func TestReferencesAreTheSchemas(t *testing.T) {
	t.Parallel()
	listed := map[string]string{}
	for _, ref := range references {
		key := ref.table + "." + ref.column
		if listed[key] != "" {
			t.Errorf("%s is listed twice", key)
		}
		listed[key] = ref.to
	}
	for _, table := range migrate.Tables {
		edges := map[string]string{}
		for _, key := range table.ForeignKeys {
			edges[key.Columns[0].Name] = key.RefTable.Name
		}
		for _, column := range table.Columns {
			if column.Type != field.TypeUUID || column.Name == "id" {
				continue
			}
			key := table.Name + "." + column.Name
			if slices.Contains(unchecked, key) {
				continue
			}
			to, ok := listed[key]
			if !ok {
				t.Errorf("%s is not checked", key)
			}
			if edge := edges[column.Name]; edge != "" && edge != to {
				t.Errorf("%s is checked against %q, its edge leads to %s", key, to, edge)
			}
			delete(listed, key)
		}
	}
	for key := range listed {
		t.Errorf("%s is not in the schema", key)
	}
}

// entities are the rows of every table.
var entities = []any{
	ent.AuditEntry{}, ent.AuditHead{},
	ent.AddressChange{}, ent.AfterSaleLine{}, ent.AfterSaleMessage{}, ent.AfterSale{},
	ent.BenefitUse{}, ent.Buyer{}, ent.ChannelNotice{}, ent.Coupon{}, ent.Event{},
	ent.FeedHead{}, ent.FormerNumber{}, ent.FreightTemplate{}, ent.PolicyVersion{},
	ent.IdempotencyKey{},
	ent.Interception{}, ent.MemberBenefit{}, ent.Memo{}, ent.OrderItem{}, ent.Order{},
	ent.BillDifference{}, ent.BillLine{}, ent.ChannelBill{},
	ent.Payment{}, ent.Product{}, ent.Promotion{}, ent.QuotaUse{}, ent.Quota{}, ent.RefundLine{},
	ent.Refund{}, ent.Reservation{}, ent.Review{}, ent.Setting{}, ent.ShipmentItem{},
	ent.Shipment{}, ent.Shop{}, ent.Shortage{}, ent.Sku{}, ent.Staff{}, ent.StockMovement{},
	ent.StockTransfer{}, ent.Stock{}, ent.SubOrder{}, ent.SubOrderHold{},
	ent.TrackingEvent{}, ent.Warehouse{},
}

// Every column with a type of a closed list is listed.
func TestVocabulariesAreTheSchemas(t *testing.T) {
	t.Parallel()
	if len(entities) != len(migrate.Tables) {
		t.Errorf("%d entities, %d tables", len(entities), len(migrate.Tables))
	}
	var want, got []string
	for _, entity := range entities {
		row := reflect.TypeOf(entity)
		for i := range row.NumField() {
			kind := row.Field(i).Type
			if kind.Kind() == reflect.Pointer {
				kind = kind.Elem()
			}
			if kind.Kind() == reflect.String && strings.HasPrefix(kind.PkgPath(), "orderflow/") {
				column, _, _ := strings.Cut(row.Field(i).Tag.Get("json"), ",")
				want = append(want, fmt.Sprintf("%s %s", strings.ToLower(row.Name()), column))
			}
		}
	}
	for _, v := range slices.Concat(vocabularies, provinces) {
		got = append(got, fmt.Sprintf("%s %s",
			strings.TrimSuffix(strings.ReplaceAll(
				strings.Replace(v.table, "entries", "entrys", 1), "_", ""), "s"), v.column))
		if len(v.words) == 0 {
			t.Errorf("%s.%s has no words", v.table, v.column)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("listed\n%v\nthe schema has\n%v", got, want)
	}
}

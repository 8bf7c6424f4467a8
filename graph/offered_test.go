package graph_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderflow/ent"
	"orderflow/ent/stocktransfer"
	"orderflow/internal/auth"
	"orderflow/internal/dbtest"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/gqlserver"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

// offered is an order to which everybody tries everything, whether it is offered to them or not.
type offered struct {
	*ordertest.Env
	api     *api
	chance  *rand.Rand
	order   globalid.ID
	callers []offeredTo
	done    []string // by whom what was done
}

// offeredTo is one caller, by the commands and by the API.
type offeredTo struct {
	role  vocab.Role
	ctx   context.Context
	token string
}

// attempt is the inputs by which a caller tries an action on an object, the likeliest first.
type attempt func(w *offered, who offeredTo, id globalid.ID) []func() error

// attempts has all actions of callers, by type of the object and name of the action.
var attempts = allAttempts(orderAttempts, subOrderAttempts, parcelAttempts, staffAttempts,
	afterSaleAttempts)

func allAttempts(parts ...map[string]attempt) map[string]attempt {
	all := map[string]attempt{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// newOffered is an Env with callers of the API that serves it, without an order yet.
func newOffered(t *testing.T, dialect string, options ordertest.Options) *offered {
	t.Helper()
	e := ordertest.New(t, dialect, options)
	w := &offered{Env: e, api: serve(t, e.DB, gqlserver.Limits{})}
	for _, ctx := range []context.Context{
		e.Buyer, e.Merchant, e.Warehouse, e.Support, e.Platform,
	} {
		v := auth.From(ctx)
		w.callers = append(w.callers, offeredTo{v.Role, ctx,
			w.api.token(v.Subject, v.Role, v.Shops...)})
	}
	return w
}

// as is the caller of a role.
func (w *offered) as(role vocab.Role) offeredTo {
	i := slices.IndexFunc(w.callers, func(c offeredTo) bool { return c.role == role })
	return w.callers[i]
}

// begin places an order of two skus, of which the second has a gift now and then, and brings it to
// where a walk begins: not paid, paid, or with goods that are on their way or with the buyer.
func (w *offered) begin(seed uint64) {
	w.chance = rand.New(rand.NewPCG(seed, 13))
	w.ChargeFreight(700, 0)
	first, second := w.Sku(9), w.NewSku(ordertest.Sku{Price: 333, South: 9, North: 9})
	w.AddStock(first, w.North, 2)
	if seed%2 == 0 {
		w.AddGift(second, w.NewSku(ordertest.Sku{Price: 50, South: 9}))
	}
	w.order = w.Place(ordertest.Line(first, 1+w.chance.Int64N(4)),
		ordertest.Line(second, 1+w.chance.Int64N(3)))
	stage := seed % 6
	w.Carrier = carriers[seed/6%2]
	if stage > 0 {
		w.Pay(w.order)
	}
	for _, it := range w.Items(w.order) {
		if stage < 3 || stage == 3 && it.SkuID == second.ID {
			continue
		}
		if parcel := w.Ship(it, it.Quantity); stage > 4 {
			w.Track(parcel, vocab.CarrierDelivered)
		}
	}
	if stage > 4 {
		for _, sub := range w.Order(w.order).Edges.SubOrders {
			w.MustID(w.Orders.ConfirmReceipt(w.Buyer, sub.ID))
		}
	}
}

// actions reads what is offered to a caller on the objects of the order, by their ids, with the
// type of each.
func (w *offered) actions(who offeredTo) (types map[string]string, on map[string][]string) {
	transfers := append([]globalid.ID{}, w.DB.Client.StockTransfer.Query().Where(
		stocktransfer.OrderID(w.order)).IDsX(w.T.Context())...)
	r := w.api.must(who.token, `query($id: ID!, $transfers: [ID!]!) { node(id: $id) { ... on Order {
		of: __typename id availableActions
		subOrders { of: __typename id availableActions items { review {
			of: __typename id availableActions } } }
		shipments { of: __typename id availableActions }
		addressChanges { of: __typename id availableActions }
		shortages { of: __typename id availableActions }
		afterSales { of: __typename id availableActions }
		refunds { of: __typename id availableActions } } }
		nodes(ids: $transfers) { ... on StockTransfer { of: __typename id availableActions } } }`,
		vars{"id": w.order.String(), "transfers": transfers})
	types, on = map[string]string{}, map[string][]string{}
	var read func(value any)
	read = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				read(one)
			}
		case map[string]any:
			if actions, ok := value["availableActions"].([]any); ok {
				id := value["id"].(string)
				types[id] = value["of"].(string)
				on[id] = []string{}
				for _, action := range actions {
					on[id] = append(on[id], action.(string))
				}
			}
			for _, one := range value {
				read(one)
			}
		}
	}
	read(r.Data)
	return types, on
}

// seldom are actions that are nearly always possible, or end what could go on.
var seldom = []string{"ADD_MEMO", "ADD_MESSAGE", "EXTEND_DEADLINE", "FORCE_REFUND", "MARK_LOST",
	"OPEN_FOR_BUYER", "REPORT_TRACKING", "RESOLVE", "RETRY", "CANCEL",
	"WITHDRAW"}

// step has somebody try something, and compares what comes of it with what was offered.
func (w *offered) step() {
	who := w.callers[w.chance.IntN(len(w.callers))]
	types, on := w.actions(who)
	type chosen struct{ id, action string }
	var all, open []chosen
	for _, id := range slices.Sorted(maps.Keys(types)) {
		of := types[id]
		for _, name := range slices.Sorted(maps.Keys(attempts)) {
			typ, action, _ := strings.Cut(name, ".")
			if typ != of {
				continue
			}
			all = append(all, chosen{id, action})
			if slices.Contains(on[id], action) &&
				(w.chance.IntN(8) == 0 || !slices.Contains(seldom, action)) {
				open = append(open, chosen{id, action})
			}
		}
		for _, action := range on[id] {
			if attempts[of+"."+action] == nil {
				w.T.Fatalf("%s.%s is offered to %s, and nothing here tries it", of, action, who.role)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	from := all
	if len(open) > 0 && w.chance.IntN(3) > 0 {
		from = open
	}
	c := from[w.chance.IntN(len(from))]
	w.try(who, types[c.id]+"."+c.action, c.id, slices.Contains(on[c.id], c.action))
}

// try takes an action that is offered, or is not.
func (w *offered) try(who offeredTo, name, object string, isOffered bool) {
	id, err := globalid.Parse(object)
	w.Must(err)
	inputs := attempts[name](w, who, id)
	err = fault.New(fault.InvalidInput, "there is no input for it")
	for _, input := range inputs {
		if err = input(); err == nil {
			break
		}
	}
	switch {
	case err != nil && fault.All(err) == nil:
		w.T.Fatalf("after %q: %s %s: %v", w.done, who.role, name, err)
	case err == nil && !isOffered:
		w.T.Fatalf("after %q: %s was not offered %s, and did it", w.done, who.role, name)
	case err != nil && isOffered && !slices.Contains(allowedRefusals(name), fault.CodeOf(err)):
		w.T.Fatalf("after %q: %s was offered %s of %s, which is refused: %v", w.done, who.role,
			name, object, err)
	case err == nil:
		w.done = append(w.done, fmt.Sprint(who.role, " ", name))
	}
}

// allowedRefusals are codes that say that an action is possible, but not with what is there or not
// any more often. Some inputs cannot be found from outside: there the field may be refused.
func allowedRefusals(name string) []fault.Code {
	codes := []fault.Code{fault.OutOfStock, fault.TooMany}
	if name == "StockTransfer.SHIP" { // its units were refunded meanwhile: it says to cancel it
		codes = append(codes, fault.Conflict)
	}
	if slices.Contains([]string{"AfterSale.REVISE", "AfterSale.PROPOSE", "Shortage.OFFER"}, name) {
		codes = append(codes, fault.InvalidInput, fault.LimitExceeded)
	}
	return codes
}

// pass has something happen that nobody here does.
func (w *offered) pass() {
	client, ctx := w.DB.Client, w.T.Context()
	switch w.chance.IntN(6) {
	case 0:
		w.Later([]time.Duration{time.Minute, 25 * time.Hour, 3 * ordertest.Day,
			8 * ordertest.Day}[w.chance.IntN(4)])
	case 1, 2:
		parcels := client.Order.GetX(ctx, w.order).QueryShipments().Order(ent.Asc("id")).AllX(ctx)
		if len(parcels) > 0 {
			if p := parcels[w.chance.IntN(len(parcels))]; p.HandedOverAt != nil &&
				w.Shipments.Tracks(p.Carrier) {
				w.Track(p.ID, []vocab.CarrierStage{vocab.CarrierInTransit, vocab.CarrierDelivered,
					vocab.CarrierDelivered, vocab.CarrierProblem, vocab.CarrierRefused,
					vocab.CarrierReturned}[w.chance.IntN(6)])
			}
		}
	case 3:
		w.Bank.Set([]ordertest.Answer{ordertest.Pays, ordertest.Pays, ordertest.Refuses,
			ordertest.NeedsStaff}[w.chance.IntN(4)])
	case 4:
		if o := client.Order.GetX(ctx, w.order); vocab.Unpaid.Has(o.Status) &&
			w.Now().Before(o.PayDueAt) {
			w.payOpen()
		}
	default:
		w.Run()
	}
}

// TestWhatIsOfferedIsPossibleAndNothingElse has everybody try everything on orders in random
// states: what availableActions offers is not refused as not allowed, and what is not offered is
// refused.
func TestWhatIsOfferedIsPossibleAndNothingElse(t *testing.T) {
	t.Parallel()
	const steps, enough = 120, 25
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			done := map[string]int{} // by action
			t.Cleanup(func() {
				if len(done) < enough {
					t.Errorf("of all actions only these were possible: %v", done)
				}
				t.Log(done)
			})
			for seed := range uint64(dbtest.Size(12, 120)) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					t.Parallel()
					w := newOffered(t, dialect, ordertest.Options{Tracked: true})
					w.begin(seed)
					for range steps {
						w.step()
						if w.chance.IntN(2) == 0 {
							w.pass()
						}
					}
					w.Verify()
					mu.Lock()
					defer mu.Unlock()
					for _, what := range w.done {
						_, action, _ := strings.Cut(what, " ")
						done[action]++
					}
				})
			}
		})
	}
}

package graph_test

import (
	"fmt"
	"slices"
	"testing"

	"orderflow/ent"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/ordertest"
	"orderflow/internal/vocab"
)

const optionsFields = `{ userErrors { code field } subOrders { subOrderId
	together { ...offers } lines { itemId offers { ...offers } } } } }
	fragment offers on AfterSaleOffers {
		possible { kind goods way parcelId goodsBack lines { itemId mostQuantity mostAmount { amount } }
			terms { liable reasons preview { total { amount } freight { amount } selfApproved
				lines { itemId quantity amount { amount } } } } }
		impossible { kind obstacle code message } }`

// options are the offers about a line, as a caller of a role reads them.
func (w *offered) options(role vocab.Role, it *ent.OrderItem) map[string]any {
	w.T.Helper()
	r := w.api.must(w.as(role).token, "query($item: ID!) { afterSaleOptions(item: $item) "+
		optionsFields, vars{"item": it.ID.String()})
	offers, _ := r.at("afterSaleOptions", "subOrders", 0, "lines", 0, "offers").(map[string]any)
	if offers == nil {
		w.T.Fatalf("no offers: %s", r.raw)
	}
	return offers
}

// wantPossible compares what is possible, and why the rest is not, each entry as one text; it
// returns the entries that are possible.
func (w *offered) wantPossible(
	role vocab.Role, it *ent.OrderItem, possible []string, impossible ...string,
) (entries []map[string]any) {
	w.T.Helper()
	offers := w.options(role, it)
	texts := func(list string, text func(entry map[string]any) string) (all []string) {
		for _, entry := range offers[list].([]any) {
			all = append(all, text(entry.(map[string]any)))
		}
		slices.Sort(all)
		return all
	}
	got := texts("possible", func(entry map[string]any) string {
		entries = append(entries, entry)
		line := entry["lines"].([]any)[0].(map[string]any)
		way := ""
		if entry["way"] != nil {
			way = fmt.Sprint(" ", entry["way"])
		}
		if entry["goodsBack"] == true {
			way += " back"
		}
		return fmt.Sprint(entry["kind"], " ", entry["goods"], way, " ", line["mostQuantity"], " ",
			line["mostAmount"].(map[string]any)["amount"])
	})
	slices.Sort(possible)
	if !slices.Equal(got, possible) {
		w.T.Errorf("%s can request %q, want %q", role, got, possible)
	}
	got = texts("impossible", func(entry map[string]any) string {
		if entry["message"] == "" || entry["code"] == "" {
			w.T.Errorf("no reason: %v", entry)
		}
		return fmt.Sprint(entry["kind"], " ", entry["obstacle"])
	})
	slices.Sort(impossible)
	if !slices.Equal(got, impossible) {
		w.T.Errorf("%s cannot request %q, want %q", role, got, impossible)
	}
	return entries
}

// totals are what an entry gives when the buyer, and when the shop is liable.
func totals(entry map[string]any) (sums []string) {
	for _, terms := range entry["terms"].([]any) {
		terms := terms.(map[string]any)
		total := terms["preview"].(map[string]any)["total"].(map[string]any)["amount"]
		sums = append(sums, fmt.Sprint(terms["liable"], " ", total))
	}
	return sums
}

// allKinds are all kinds of requests, each with an obstacle.
func allKinds(obstacle string) (all []string) {
	for _, kind := range []string{
		"REFUND_ONLY", "RETURN_AND_REFUND", "EXCHANGE", "RESHIP", "PRICE_DIFFERENCE",
	} {
		all = append(all, kind+" "+obstacle)
	}
	return all
}

func TestOptionsFollowTheGoods(t *testing.T) {
	eachOffered(t, func(t *testing.T, w *offered) {
		w.ChargeFreight(700, 0)
		sku := w.Sku(9)
		it := w.ItemOf(w.Place(ordertest.Line(sku, 3)), sku)
		w.wantPossible(vocab.Buyer, it, nil, allKinds("NOT_PAID")...)
		w.Pay(it.OrderID)
		entries := w.wantPossible(vocab.Buyer, it, []string{"REFUND_ONLY UNSHIPPED 3 3000"},
			"RETURN_AND_REFUND NOT_HANDED_OVER", "EXCHANGE NOT_HANDED_OVER",
			"RESHIP NOT_HANDED_OVER", "PRICE_DIFFERENCE NOT_HANDED_OVER")
		if got := totals(entries[0]); !slices.Equal(got, []string{"BUYER 3700"}) {
			t.Errorf("it gives %v", got)
		}
		parcel := w.Ship(it, 3)
		w.wantPossible(vocab.Buyer, it, []string{"REFUND_ONLY IN_TRANSIT INTERCEPTION back 3 3000",
			"REFUND_ONLY IN_TRANSIT REFUSAL back 3 3000",
			"RETURN_AND_REFUND IN_TRANSIT RETURN back 3 3000"},
			"EXCHANGE NOT_ARRIVED", "RESHIP NOT_ARRIVED", "PRICE_DIFFERENCE NOT_ARRIVED")
		w.Track(parcel, vocab.CarrierDelivered)
		w.ConfirmReceipt(it)
		entries = w.wantPossible(vocab.Buyer, it, []string{"REFUND_ONLY RECEIVED 3 3000",
			"RETURN_AND_REFUND RECEIVED back 3 3000", "EXCHANGE RECEIVED back 3 3000",
			"RESHIP RECEIVED 3 3000", "PRICE_DIFFERENCE RECEIVED 0 3000"})
		// The freight comes back only when the shop is liable.
		if got := totals(entries[0]); !slices.Equal(got, []string{"BUYER 3000", "SHOP 3700"}) {
			t.Errorf("it gives %v", got)
		}
		w.Later(8 * ordertest.Day)
		w.wantPossible(vocab.Buyer, it, nil, allKinds("WINDOW_OVER")...)
		w.wantPossible(vocab.Merchant, it, []string{"REFUND_ONLY RECEIVED 3 3000",
			"RETURN_AND_REFUND RECEIVED back 3 3000", "EXCHANGE RECEIVED back 3 3000",
			"RESHIP RECEIVED 3 3000", "PRICE_DIFFERENCE RECEIVED 0 3000"})
	})
}

func TestOptionsLeaveOutWhatIsInARequest(t *testing.T) {
	eachOffered(t, func(_ *testing.T, w *offered) {
		it := w.BuyAndReceive(w.Sku(9), 2)
		w.Request(ordertest.RequestFor(it, vocab.Exchange, 1))
		w.wantPossible(vocab.Buyer, it, []string{"REFUND_ONLY RECEIVED 1 1000",
			"RETURN_AND_REFUND RECEIVED back 1 1000", "EXCHANGE RECEIVED back 1 1000",
			"RESHIP RECEIVED 1 1000", "PRICE_DIFFERENCE RECEIVED 0 1000"})
		w.Request(ordertest.RequestFor(it, vocab.Exchange, 1))
		w.wantPossible(vocab.Buyer, it, nil, allKinds("NOTHING_LEFT")...)
	})
}

func TestOptionsNameTheGifts(t *testing.T) {
	eachOffered(t, func(t *testing.T, w *offered) {
		sku, gift := w.Sku(9), w.Sku(9)
		w.AddGift(sku, gift)
		it := w.Buy(sku, 2)
		entries := w.wantPossible(vocab.Buyer, it, []string{"REFUND_ONLY UNSHIPPED 2 2000"},
			"RETURN_AND_REFUND NOT_HANDED_OVER", "EXCHANGE NOT_HANDED_OVER",
			"RESHIP NOT_HANDED_OVER", "PRICE_DIFFERENCE NOT_HANDED_OVER")
		preview := entries[0]["terms"].([]any)[0].(map[string]any)["preview"].(map[string]any)
		lines := preview["lines"].([]any)
		named := entries[0]["lines"].([]any)
		if len(lines) != 2 || len(named) != 1 || lines[1].(map[string]any)["quantity"] != 2. {
			t.Errorf("it names %v, and gives %v", named, lines)
		}
	})
}

func TestOptionsOfAnOrderAreOfEachSubOrder(t *testing.T) {
	eachOffered(t, func(t *testing.T, w *offered) {
		first, second := w.Sku(9), w.Sku(9)
		far := w.NewSku(ordertest.Sku{Price: 500, North: 9})
		order := w.BuyLines(ordertest.Line(first, 1), ordertest.Line(second, 2),
			ordertest.Line(far, 1))
		ask := func(role vocab.Role, order globalid.ID) response {
			return w.api.must(w.as(role).token, "query($order: ID!) { afterSaleOptions(order: $order) "+
				optionsFields, vars{"order": order.String()})
		}
		r := ask(vocab.Buyer, order)
		subs, _ := r.at("afterSaleOptions", "subOrders").([]any)
		if len(subs) != 2 {
			t.Fatalf("%d sub-orders: %s", len(subs), r.raw)
		}
		several := 0
		for i := range subs {
			lines, _ := r.at("afterSaleOptions", "subOrders", i, "lines").([]any)
			together, _ := r.at("afterSaleOptions", "subOrders", i, "together", "possible").([]any)
			if len(lines) == 1 && len(together) != 0 || len(lines) == 2 && len(together) != 1 {
				t.Errorf("%d lines, %d offers together: %s", len(lines), len(together), r.raw)
			}
			if len(lines) == 2 {
				several++
				w.api.expect(r, "3000", "afterSaleOptions", "subOrders", i, "together", "possible", 0,
					"terms", 0, "preview", "total", "amount")
			}
		}
		if several != 1 {
			t.Errorf("%d sub-orders of two lines: %s", several, r.raw)
		}
		other := w.AddShop("ink", document.ShopPolicy{})
		for _, token := range []string{w.api.token("stranger", vocab.Buyer),
			w.api.token("clerk", vocab.Merchant, other.ID)} {
			w.api.expect(w.api.must(token, "query($order: ID!) { afterSaleOptions(order: $order) "+
				optionsFields, vars{"order": order.String()}),
				"NOT_FOUND", "afterSaleOptions", "userErrors", 0, "code")
		}
		if code := w.api.post(w.as(vocab.Warehouse).token,
			"query($order: ID!) { afterSaleOptions(order: $order) "+optionsFields,
			vars{"order": order.String()}).code(); code != "FORBIDDEN" {
			t.Errorf("a warehouse gets %q", code)
		}
	})
}

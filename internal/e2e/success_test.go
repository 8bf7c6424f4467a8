package e2e_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"orderflow/internal/vocab"
)

// story is an order of two shops on its way from paid to success: tea in two parts, of which one is
// oversized, and cups.
type story struct {
	*testing.T
	sys     *system
	peer    *carrier
	server  *server
	market  *market
	ann     *user
	tea     staff
	cups    staff
	cupShop string

	leaf, chest, cup string // skus
	order            string
	main, moved      string // sub-orders of leaf; one of its units is moved
	movedItem        string
	parcels          struct{ leaf, both, moved, cup string }
}

const day = 24 * time.Hour

// TestFromPaidToSuccess walks that order through every step after the payment.
func TestFromPaidToSuccess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, sys *system) {
		s := newStory(t, sys)
		refused := s.anotherIsRefused()
		s.changesAddress()
		s.splitsAndTransfers()
		s.ships()
		s.isTracked()
		s.isCorrected()
		s.pushesStop()
		s.isReceived()
		s.isReviewed()
		s.market.advance(s.server, 8*day)
		s.ann.settles(s.server, s.order, "COMPLETED")
		gone := refused.settles(s.server, str(s.only(refused), "id"), "CLOSED")
		if reason := str(gone, "closeReason"); reason != "REFUNDED" {
			t.Errorf("closed because of %s although the parcel was refused", reason)
		}
		sys.keeps(4*5000 + 3000 + 2000 + 3*800 + 800) // the buyer bears the freight of a refusal
		sys.verify()
	})
}

func newStory(t *testing.T, sys *system) *story {
	t.Helper()
	s := &story{T: t, sys: sys, peer: sys.withCourier()}
	s.server = sys.start()
	s.market = sys.market(s.server, vocab.OnOrder)
	s.cupShop = s.market.open(s.server, "cups", vocab.OnOrder)
	s.tea = s.market.staff(s.server)
	s.cups = staff{s.server.user("MERCHANT", "min", s.cupShop),
		s.server.user("WAREHOUSE", "wen", s.cupShop)}
	s.leaf = s.market.sku(s.server, 5000, 10)
	s.chest = s.market.skuOf(s.server, s.market.shop, vocab.Oversized, 3000, 10)
	s.cup = s.market.skuOf(s.server, s.cupShop, vocab.Ordinary, 2000, 10)
	s.ann = s.server.user("BUYER", "ann")
	s.order = sys.paid(s.server, s.ann, []fields{{"sku": s.leaf, "quantity": 4},
		{"sku": s.chest, "quantity": 1}, {"sku": s.cup, "quantity": 1}})
	return s
}

// only is the one order of a buyer.
func (s *story) only(buyer *user) fields {
	s.Helper()
	return at(buyer.do(s.server, "{ orders { edges { node { id } } } }", nil),
		"orders", "edges", 0, "node").(fields)
}

// anotherIsRefused ships an order of somebody else, who refuses it.
func (s *story) anotherIsRefused() (bob *user) {
	s.Helper()
	bob = s.server.user("BUYER", "bob")
	order := s.sys.paid(s.server, bob, lines(s.leaf, 1))
	sub, _ := part(bob.fulfilment(s.server, order), s.leaf)
	parcel := s.tea.ship(s.server, str(sub, "id"), "SB9")
	bob.settles(s.server, order, "SHIPPED")
	s.peer.subscribed(1)
	s.peer.tells(parcel, vocab.CarrierRefused)
	s.sys.until("the merchant has a task", func() bool {
		return s.tea.merchant.parcel(s.server, parcel)["needsMerchant"] == true
	})
	if n := s.tea.merchant.count(s.server, "orders", "needsMerchant: true"); n != 1 {
		s.Errorf("%d orders need the merchant", n)
	}
	if due := bob.due(s.server, str(sub, "id"), "RECEIPT"); !due.IsZero() {
		s.Errorf("the receipt is due at %v although the parcel was refused", due)
	}
	return bob
}

// asks wants the order sent to another street and returns the wishes by shop.
func (s *story) asks(street string) map[string]string {
	s.Helper()
	to := maps.Clone(address)
	to["street"] = street
	p := must(s.T, s.ann.mutate(s.server, "requestAddressChange",
		fields{"order": s.order, "address": to}, "changes { id shop { id } status }"))
	asked := map[string]string{}
	for _, change := range p["changes"].([]any) {
		asked[str(change, "shop", "id")] = str(change, "id")
	}
	if len(asked) != 2 {
		s.Fatalf("%d shops are asked: %v", len(asked), p)
	}
	return asked
}

// changesAddress lets one shop accept and the other reject; what is asked again nobody answers.
func (s *story) changesAddress() {
	s.Helper()
	asked := s.asks("龙井路 2 号")
	must(s.T, s.tea.merchant.mutate(s.server, "answerAddressChange", fields{
		"change": asked[s.market.shop], "accept": true}, "change { status }"))
	if p := s.tea.merchant.mutate(s.server, "answerAddressChange", fields{
		"change": asked[s.cupShop], "accept": true}, "change { status }"); code(p) != "NOT_FOUND" {
		s.Errorf("a shop answers for another: %v", p)
	}
	must(s.T, s.cups.merchant.mutate(s.server, "answerAddressChange", fields{
		"change": asked[s.cupShop], "accept": false, "reason": "装好了"}, "change { status }"))
	seen := s.ann.fulfilment(s.server, s.order)
	leaf, _ := part(seen, s.leaf)
	cup, _ := part(seen, s.cup)
	if str(leaf, "address", "street") != "龙井路 2 号" || cup["address"] != nil {
		s.Errorf("the tea goes to %v, the cup to %v", leaf["address"], cup["address"])
	}
	s.asks("灵隐路 3 号")
}

// splitsAndTransfers moves one unit of leaf into a sub-order of its own, which the north sends.
func (s *story) splitsAndTransfers() {
	s.Helper()
	sub, item := part(s.ann.fulfilment(s.server, s.order), s.leaf)
	s.main = str(sub, "id")
	split := must(s.T, s.tea.merchant.mutate(s.server, "splitSubOrder", fields{
		"subOrder": s.main, "lines": []fields{units(str(item, "id"), 1)}},
		"newSubOrder { id items { id quantity } }"))
	s.moved = str(split, "newSubOrder", "id")
	s.movedItem = str(split, "newSubOrder", "items", 0, "id")
	transfer := must(s.T, s.tea.warehouse.mutate(s.server, "requestTransfer", fields{
		"sku": s.leaf, "from": s.market.south, "to": s.market.north, "quantity": 1,
		"item": s.movedItem}, "transfer { id item { subOrder { id warehouse { id } } } }"))
	if str(transfer, "transfer", "item", "subOrder", "warehouse", "id") != s.market.north {
		s.Errorf("the unit does not wait in the north: %v", transfer)
	}
	id := fields{"transfer": str(transfer, "transfer", "id")}
	must(s.T, s.tea.warehouse.mutate(s.server, "shipTransfer", id, "transfer { status }"))
	id["quantity"] = 1
	got := must(s.T, s.tea.warehouse.mutate(s.server, "receiveTransfer", id, "transfer { status }"))
	if str(got, "transfer", "status") != "RECEIVED" {
		s.Errorf("the transfer is %v", got)
	}
}

// ships sends leaf in two parcels, one of them with the chest of another sub-order, the unit in the
// north, and the cup by one call.
func (s *story) ships() {
	s.Helper()
	seen := s.ann.fulfilment(s.server, s.order)
	_, leaf := part(seen, s.leaf)
	_, chest := part(seen, s.chest)
	cup, _ := part(seen, s.cup)
	s.parcels.leaf = s.tea.create(s.server, units(str(leaf, "id"), 2))
	s.printsPickList(s.parcels.leaf)
	s.tea.handOver(s.server, s.parcels.leaf, "SB1")
	s.ann.settles(s.server, s.order, "PARTIALLY_SHIPPED")
	s.parcels.both = s.tea.hand(s.server, "SB2", units(str(leaf, "id"), 1), units(str(chest, "id"), 1))
	s.parcels.moved = s.tea.hand(s.server, "SB3", units(s.movedItem, 1))
	s.parcels.cup = s.cups.ship(s.server, str(cup, "id"), "SB4")
	s.ann.settles(s.server, s.order, "SHIPPED")
	seen = s.ann.fulfilment(s.server, s.order)
	answers := map[string]int{}
	for _, change := range seen["addressChanges"].([]any) {
		answers[str(change, "status")]++
	}
	if want := map[string]int{"ACCEPTED": 1, "REJECTED": 1, "LAPSED": 2}; !maps.Equal(answers, want) {
		s.Errorf("the wishes for another address are %v, want %v", answers, want)
	}
	s.peer.subscribed(5)
}

// printsPickList fetches the page that is for the warehouse alone.
func (s *story) printsPickList(parcel string) {
	s.Helper()
	if found := s.cups.warehouse.pickListAt(s.server, parcel); found != "" {
		s.Errorf("another shop gets %v", found)
	}
	page := s.tea.warehouse.pickList(s.server, parcel)
	number := str(s.ann.fulfilment(s.server, s.order), "shipments", 0, "number")
	for _, want := range []string{number, "c1", "王芳", "龙井路 2 号", "tea"} {
		if !strings.Contains(page, want) {
			s.Errorf("no %q in the pick list %s", want, page)
		}
	}
	if n := strings.Count(page, "<svg "); n != 2 {
		s.Errorf("%d barcodes, want the number's and the sku's", n)
	}
}

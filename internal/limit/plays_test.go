package limit_test

import (
	"fmt"
	"strings"
	"time"

	"orderflow/ent"
	"orderflow/internal/aftersale"
	"orderflow/internal/catalogue"
	"orderflow/internal/checkout"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/order"
	"orderflow/internal/ordertest"
	"orderflow/internal/payment"
	"orderflow/internal/review"
	"orderflow/internal/shipment"
	"orderflow/internal/vocab"
)

var plays = map[string]play{
	"unpaid-orders":  playUnpaidOrders,
	"unpaid-units":   playUnits(5000, 500),
	"unpaid-share":   playUnits(40, 20),
	"hourly-orders":  playHourlyOrders,
	"daily-expiries": playExpiries,

	"payment-attempts": playAttempts,
	"price-changes": func(e *ordertest.Env) (_ int64, within, beyond error) {
		id := e.Place(ordertest.Line(e.Sku(1), 1))
		return repeat(limit.PriceChanges.Most, func() error { return e.LowerPrice(id, 1) })
	},
	"address-wishes": playWishes,
	"holds":          playHolds,
	"memos":          playMemos,
	"sub-orders":     playParts,
	"open-requests-of-an-item": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(10), 10)
		return repeat(limit.OpenOfItem.Most, func() error { return request(e, item) })
	},
	"open-requests-of-an-order": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(10), 10)
		copyRequest(e, item, limit.OpenOfOrder.Most-2, vocab.AfterSaleAwaitingMerchant)
		return repeat(1, func() error { return request(e, item) })
	},
	"requests-in-vain": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(10), 10)
		for range limit.InVain.Most - 1 {
			withdraw(e, item)
		}
		within = request(e, item)
		_, err := e.AfterSales.Withdraw(e.Buyer, last(e).ID)
		e.Must(err)
		return 0, within, request(e, item)
	},
	"requests": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(10), 10)
		copyRequest(e, item, limit.Requests.Most-2, vocab.AfterSaleCompleted)
		return repeat(1, func() error { return request(e, item) })
	},
	"messages": func(e *ordertest.Env) (_ int64, within, beyond error) {
		id := open(e)
		return repeat(limit.Messages.Most, func() error {
			_, err := e.AfterSales.AddMessage(e.Buyer, id, aftersale.Statement{Text: "well?"})
			return err
		})
	},
	"rounds": playRounds,
	"events": playEvents,

	"pay-days": func(e *ordertest.Env) (_ int64, within, beyond error) {
		sub := e.Order(e.Place(ordertest.Line(e.Sku(1), 1))).Edges.SubOrders[0]
		return extend(e, sub.ID, order.ExtendPayBy, 29)
	},
	"ship-days": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return extend(e, e.Buy(e.Sku(1), 1).SubOrderID, order.ExtendShipBy, 90, 87)
	},
	"receipt-days": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.Buy(e.Sku(1), 1)
		e.Ship(item, 1)
		return extend(e, item.SubOrderID, order.ExtendReceiptBy, 90, 74)
	},
	"completion-days": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return extend(e, e.BuyAndReceive(e.Sku(1), 1).SubOrderID, order.ExtendCompleteBy,
			90, 90, 90, 90, 90, 42)
	},
	"request-days": playRequestDays,

	"note-text": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return texts(limit.NoteText, func(text string) error {
			return place(e, func(in *checkout.PlaceInput) {
				in.Notes = []checkout.Note{{Shop: e.Shop.ID, Text: text}}
			})
		})
	},
	"notes": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return lists(limit.Notes, func(n int) error {
			return place(e, func(in *checkout.PlaceInput) { in.Notes = make([]checkout.Note, n) })
		})
	},
	"coupons": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return lists(limit.Coupons, func(n int) error {
			return place(e, func(in *checkout.PlaceInput) { in.Coupons = ids(n, globalid.Coupon) })
		})
	},
	"memo-text": func(e *ordertest.Env) (_ int64, within, beyond error) {
		sub := e.Buy(e.Sku(1), 1).SubOrderID
		return texts(limit.MemoText, func(text string) error {
			_, err := e.Orders.AddMemo(e.Merchant, order.MemoInput{SubOrder: sub, Text: text})
			return err
		})
	},
	"reason-text": func(e *ordertest.Env) (_ int64, within, beyond error) {
		wish := wishFor(e, e.Buy(e.Sku(1), 1).OrderID)
		return texts(limit.ReasonText, func(text string) error { return reject(e, wish, text) })
	},
	"tracking-note": func(e *ordertest.Env) (_ int64, within, beyond error) {
		parcel := e.Ship(e.Buy(e.Sku(1), 1), 1)
		return texts(limit.TrackingNote, func(text string) error {
			_, err := e.Shipments.ReportTracking(e.Merchant, shipment.TrackingInput{
				Shipment: parcel, Stage: vocab.CarrierInTransit, Note: text})
			return err
		})
	},
	"statement-text": func(e *ordertest.Env) (_ int64, within, beyond error) {
		id := open(e)
		return texts(limit.StatementText, func(text string) error {
			_, err := e.AfterSales.AddMessage(e.Buyer, id, aftersale.Statement{Text: text})
			return err
		})
	},
	"images": func(e *ordertest.Env) (_ int64, within, beyond error) {
		id := open(e)
		return lists(limit.Images, func(n int) error {
			_, err := e.AfterSales.AddMessage(e.Buyer, id, aftersale.Statement{
				Images: strings.Split(strings.Repeat(ordertest.Photo+" ", n-1)+ordertest.Photo, " ")})
			return err
		})
	},
	"image-link": func(e *ordertest.Env) (_ int64, within, beyond error) {
		id := open(e)
		return lists(limit.ImageLink, func(n int) error {
			const start, end = "https://img.example/", ".jpg"
			_, err := e.AfterSales.AddMessage(e.Buyer, id, aftersale.Statement{
				Images: []string{start + strings.Repeat("x", n-len(start)-len(end)) + end}})
			return err
		})
	},
	"request-lines": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		return lists(limit.RequestLines, func(n int) error {
			in := ordertest.RequestFor(item, vocab.RefundOnly, 1)
			in.Lines = make([]aftersale.Line, n)
			_, err := e.AfterSales.Request(e.Buyer, in)
			return err
		})
	},
	"lines": func(e *ordertest.Env) (_ int64, within, beyond error) {
		sub := e.Buy(e.Sku(2), 2).SubOrderID
		return lists(limit.Lines, func(n int) error {
			_, err := e.Orders.SplitSubOrder(e.Merchant,
				order.SplitInput{SubOrder: sub, Lines: make([]order.SplitLine, n)})
			return err
		})
	},
	"review-text": func(e *ordertest.Env) (_ int64, within, beyond error) {
		item := e.BuyAndReceive(e.Sku(1), 1)
		return texts(limit.ReviewText, func(text string) error {
			_, err := e.Reviews.Review(e.Buyer, review.Input{Item: item.ID, Rating: 5, Text: text})
			return err
		})
	},
	"coupon-buyers": func(e *ordertest.Env) (_ int64, within, beyond error) {
		return lists(limit.CouponBuyers, func(n int) error {
			_, err := e.Catalogue.IssueCoupons(e.Platform, catalogue.CouponsInput{
				Promotion: globalid.New(globalid.Promotion), Buyers: ids(n, globalid.Buyer)})
			return err
		})
	},
	"promotions": playPromotions,
}

// repeat does something n times, and once more.
func repeat(n int64, do func() error) (_ int64, within, beyond error) {
	for range n {
		if within = do(); within != nil {
			break
		}
	}
	return 0, within, do()
}

// texts tries a text that is too long, and one that is not.
func texts(l *limit.Limit, do func(text string) error) (_ int64, within, beyond error) {
	beyond = do(strings.Repeat("茶", int(l.Most)+1))
	return 0, do(strings.Repeat("茶", int(l.Most))), beyond
}

// lists tries a list that is too long, and one that is not.
func lists(l *limit.Limit, do func(n int) error) (_ int64, within, beyond error) {
	beyond = do(int(l.Most) + 1)
	return 0, do(int(l.Most)), beyond
}

func ids(n int, kind globalid.Kind) []globalid.ID {
	all := make([]globalid.ID, n)
	for i := range all {
		all[i] = globalid.New(kind)
	}
	return all
}

func place(e *ordertest.Env, change func(in *checkout.PlaceInput)) error {
	in := checkout.PlaceInput{Lines: []checkout.Line{ordertest.Line(e.Sku(1), 1)},
		Address: ordertest.Address, ExpectedPayable: ordertest.Price}
	change(&in)
	_, err := e.Checkout.Place(e.Buyer, in)
	return err
}

func playUnpaidOrders(e *ordertest.Env) (_ int64, within, beyond error) {
	sku := e.Sku(1000)
	return repeat(limit.UnpaidOrders.Most, func() error {
		_, err := e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		return err
	})
}

func playUnits(there, most int64) play {
	return func(e *ordertest.Env) (_ int64, within, beyond error) {
		sku := e.Sku(there)
		_, within = e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, most)})
		_, beyond = e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		return 0, within, beyond
	}
}

func playHourlyOrders(e *ordertest.Env) (_ int64, within, beyond error) {
	sku := e.Sku(100)
	return repeat(limit.HourlyOrders.Most, func() error {
		id, err := e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		if err == nil {
			_, err = e.Payments.Cancel(e.Buyer, id)
		}
		return err
	})
}

func playExpiries(e *ordertest.Env) (_ int64, within, beyond error) {
	sku := e.Sku(100)
	return repeat(limit.DailyExpiries.Most, func() error {
		_, err := e.TryPlace(e.Buyer, []checkout.Line{ordertest.Line(sku, 1)})
		e.Later(time.Hour)
		return err
	})
}

func playAttempts(e *ordertest.Env) (_ int64, within, beyond error) {
	id := e.Place(ordertest.Line(e.Sku(1), 1))
	return repeat(limit.Attempts.Most, func() error {
		_, err := e.Payments.Start(e.Buyer, payment.StartInput{Order: id, Channel: vocab.Sandbox})
		if err == nil {
			_, err = e.Payments.Abandon(e.Buyer, id)
		}
		return err
	})
}

func wishFor(e *ordertest.Env, id globalid.ID) globalid.ID {
	e.MustID(e.Orders.RequestAddressChange(e.Buyer,
		order.AddressInput{Order: id, Address: ordertest.Address}))
	return e.DB.Client.AddressChange.Query().AllX(e.T.Context())[0].ID
}

func reject(e *ordertest.Env, wish globalid.ID, reason string) error {
	_, err := e.Orders.AnswerAddressChange(e.Merchant,
		order.AnswerInput{Change: wish, Reason: reason})
	return err
}

func playWishes(e *ordertest.Env) (_ int64, within, beyond error) {
	id := e.Buy(e.Sku(1), 1).OrderID
	wish := wishFor(e, id)
	e.Must(reject(e, wish, "no"))
	row := e.DB.Client.AddressChange.GetX(e.T.Context(), wish)
	copies(e, limit.AddressWishes.Most-2, row, func(_ int, row *ent.AddressChange) {
		row.ID = globalid.New(globalid.AddressChange)
	})
	return repeat(1, func() error {
		_, err := e.Orders.RequestAddressChange(e.Buyer,
			order.AddressInput{Order: id, Address: ordertest.Address})
		if err == nil {
			err = e.DB.Client.AddressChange.Update().SetStatus(row.Status).Exec(e.T.Context())
		}
		return err
	})
}

func playHolds(e *ordertest.Env) (_ int64, within, beyond error) {
	sub := e.Buy(e.Sku(1), 1).SubOrderID
	hold := func() error {
		_, err := e.Orders.PutOnHold(e.Merchant,
			order.OnHoldInput{SubOrder: sub, Reason: vocab.HoldFraud})
		if err == nil {
			_, err = e.Orders.ReleaseHold(e.Merchant, sub)
		}
		return err
	}
	return repeat(limit.Holds.Most, hold)
}

func playMemos(e *ordertest.Env) (_ int64, within, beyond error) {
	sub := e.Buy(e.Sku(1), 1).SubOrderID
	memo := func() error {
		_, err := e.Orders.AddMemo(e.Merchant, order.MemoInput{SubOrder: sub, Text: "fragile"})
		return err
	}
	e.Must(memo())
	row := e.DB.Client.Memo.Query().OnlyX(e.T.Context())
	copies(e, limit.Memos.Most-2, row, func(_ int, row *ent.Memo) {
		row.ID = globalid.New(globalid.Memo)
	})
	support := func() {
		_, err := e.Orders.AddMemo(e.Support, order.MemoInput{SubOrder: sub, Text: "look at this"})
		e.Must(err)
	}
	support() // it does not count
	_, within, beyond = repeat(1, memo)
	support() // nor is it refused
	return 0, within, beyond
}

func playParts(e *ordertest.Env) (_ int64, within, beyond error) {
	item := e.Buy(e.Sku(9), 9)
	sub := e.DB.Client.SubOrder.GetX(e.T.Context(), item.SubOrderID)
	copies(e, limit.Parts.Most-2, sub, func(i int, row *ent.SubOrder) {
		row.ID, row.Number = globalid.New(globalid.SubOrder), order.Number("copy", i)
	})
	return repeat(1, func() error {
		_, err := e.Orders.SplitSubOrder(e.Merchant, order.SplitInput{SubOrder: sub.ID,
			Lines: []order.SplitLine{{Item: item.ID, Quantity: 1}}})
		return err
	})
}

func request(e *ordertest.Env, item *ent.OrderItem) error {
	_, err := e.AfterSales.Request(e.Buyer,
		ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
	return err
}

// open returns an open request.
func open(e *ordertest.Env) globalid.ID {
	item := e.BuyAndReceive(e.Sku(1), 1)
	return e.Request(ordertest.RequestFor(item, vocab.ReturnAndRefund, 1))
}

// last is the newest request.
func last(e *ordertest.Env) *ent.AfterSale {
	return e.DB.Client.AfterSale.Query().Order(ent.Desc("id")).FirstX(e.T.Context())
}

func withdraw(e *ordertest.Env, item *ent.OrderItem) {
	e.Must(request(e, item))
	_, err := e.AfterSales.Withdraw(e.Buyer, last(e).ID)
	e.Must(err)
}

// copyRequest makes a request about an item, and n more about nothing.
func copyRequest(e *ordertest.Env, item *ent.OrderItem, n int64, as vocab.AfterSaleStatus) {
	e.Must(request(e, item))
	copies(e, n, last(e), func(i int, row *ent.AfterSale) {
		row.ID, row.Status = globalid.New(globalid.AfterSale), as
		row.Number = fmt.Sprint("copy-", i)
	})
}

func playRounds(e *ordertest.Env) (_ int64, within, beyond error) {
	item := e.BuyAndReceive(e.Sku(1), 1)
	in := ordertest.RequestFor(item, vocab.ReturnAndRefund, 1)
	id := e.Request(in)
	return repeat(limit.Rounds.Most, func() error {
		e.Reject(id)
		_, err := e.AfterSales.Revise(e.Buyer,
			aftersale.ReviseInput{AfterSale: id, RequestInput: in})
		return err
	})
}

func playEvents(e *ordertest.Env) (_ int64, within, beyond error) {
	sub := e.Buy(e.Sku(1), 1).SubOrderID
	e.DB.Client.Order.Update().SetEventSequence(limit.Events.Most - 1).ExecX(e.T.Context())
	memo := func() error {
		_, err := e.Orders.AddMemo(e.Merchant, order.MemoInput{SubOrder: sub, Text: "fragile"})
		return err
	}
	_, within, beyond = repeat(1, memo)
	_, err := e.Orders.AddMemo(e.Support, order.MemoInput{SubOrder: sub, Text: "look at this"})
	e.Must(err)
	return 0, within, beyond
}

// extend extends a deadline by days, the last time by some more than are left.
func extend(
	e *ordertest.Env, sub globalid.ID, kind order.DeadlineKind, days ...int64,
) (_ int64, within, beyond error) {
	by := func(days int64) error {
		_, err := e.Orders.ExtendDeadline(e.Support,
			order.ExtendInput{SubOrder: sub, Kind: kind, Seconds: days * 24 * 3600})
		return err
	}
	for _, n := range days {
		if within = by(n); within != nil {
			break
		}
	}
	return 0, within, by(3)
}

func playRequestDays(e *ordertest.Env) (_ int64, within, beyond error) {
	id := open(e)
	by := func(days int64) error {
		_, err := e.AfterSales.Extend(e.Support, aftersale.ExtendInput{AfterSale: id,
			Kind: aftersale.Deadline(vocab.AfterSaleAwaitingMerchant), Seconds: days * 24 * 3600})
		return err
	}
	for range 4 {
		if within = by(90); within != nil {
			break
		}
	}
	return 0, within, by(5)
}

func playPromotions(e *ordertest.Env) (_ int64, within, beyond error) {
	set := func() error {
		_, err := e.Catalogue.SetPromotion(e.Merchant, catalogue.PromotionInput{Shop: e.Shop.ID,
			Code: e.Label("promo"), Title: "立减", Kind: vocab.FixedAmount, Scope: vocab.ShopScope,
			Funder: vocab.FundedByShop, Rule: document.PromotionRule{Amount: 1, Threshold: 1},
			StartsAt: e.Now(), EndsAt: e.Now().Add(time.Hour), Active: true})
		return err
	}
	e.Must(set())
	row := e.DB.Client.Promotion.Query().OnlyX(e.T.Context())
	copies(e, limit.Promotions.Most-2, row, func(_ int, row *ent.Promotion) {
		row.ID, row.Code = globalid.New(globalid.Promotion), e.Label("copy")
	})
	return repeat(1, set)
}

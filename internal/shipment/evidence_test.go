package shipment_test

import (
	"context"
	"strings"
	"testing"

	"orderflow/ent"
	"orderflow/internal/fault"
	"orderflow/internal/shipment/courier"
	"orderflow/internal/vocab"
)

// A shop that holds a buyer's goods in its hands would like the courier to have said something
// else: it can neither write another number on what the buyer sent, nor say that it is lost.
func TestWhatABuyerSentIsNotTheShopsToCorrect(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, _ := e.shipped()
		back, err := e.sendBack(o, "FAKE", "BACK-1")
		e.Must(err)
		scan := reported(1, vocab.CarrierInTransit, "on its way back")
		e.Must(e.apply(back.ID, snapshot(scan)))
		for name, staff := range map[string]context.Context{
			"merchant": e.Merchant, "warehouse": e.Warehouse} {
			_, err := e.Shipments.CorrectTrackingNumber(staff, label(back.ID, "BACK-9"))
			if !fault.Is(err, fault.ActionNotAllowed) {
				t.Errorf("%s corrects it: %v", name, err)
			}
			_, err = e.Shipments.CorrectReturn(staff, label(back.ID, "BACK-9"))
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s corrects it as the buyer: %v", name, err)
			}
		}
		_, err = e.Shipments.MarkLost(e.Merchant, back.ID)
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("the shop says that it is lost: %v", err)
		}
		_, err = e.Shipments.CorrectReturn(e.NewBuyer(), label(back.ID, "BACK-9"))
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("another buyer corrects it: %v", err)
		}
		p := e.Parcel(back.ID)
		if p.TrackingNumber != "BACK-1" || len(p.Edges.Tracking) != 1 ||
			*p.CarrierStage != vocab.CarrierInTransit {
			t.Errorf("parcel %+v", p)
		}
	})
}

// The buyer corrects what they sent, once; the number of before stays with all that was said of it.
func TestABuyerCorrectsAReturnOnce(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		o, sent := e.shipped()
		back, err := e.sendBack(o, "FAKE", "back-1")
		e.Must(err)
		scan := reported(1, vocab.CarrierInTransit, "of another parcel")
		e.Must(e.apply(back.ID, snapshot(scan)))
		buyer := e.BuyerOf(o.ID)
		e.MustID(e.Shipments.CorrectReturn(buyer, label(back.ID, "BACK-2")))
		p := e.Parcel(back.ID)
		if p.TrackingNumber != "BACK-2" || *p.CarrierStage != vocab.CarrierLabelled ||
			len(p.Edges.Tracking) != 0 {
			t.Errorf("parcel %+v", p)
		}
		e.wantFormer(p, "BACK-1", vocab.Buyer, scan)
		_, err = e.Shipments.CorrectReturn(buyer, label(back.ID, "BACK-3"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("again: %v", err)
		}
		_, err = e.Shipments.CorrectReturn(buyer, label(sent, "SF-9"))
		if !fault.Is(err, fault.ActionNotAllowed) {
			t.Errorf("what the shop sent: %v", err)
		}
	})
}

// What the shop sent is its own to correct, and the number of before stays as well.
func TestTheNumberOfBeforeStays(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		_, id := e.shipped()
		scan := reported(1, vocab.CarrierRefused, "of another parcel")
		e.Must(e.apply(id, snapshot(scan)))
		e.MustID(e.Shipments.CorrectTrackingNumber(e.Merchant, label(id, "SF-2")))
		e.wantFormer(e.Parcel(id), "SF-1", vocab.Merchant, scan)
		e.Verify()
	})
}

// wantFormer fails the test unless a parcel had that number, with one scan.
func (e *courierEnv) wantFormer(
	p *ent.Shipment, number string, by vocab.Role, scan courier.Event,
) {
	e.T.Helper()
	f := p.QueryFormerNumbers().OnlyX(e.T.Context())
	if f.TrackingNumber != number || f.Carrier != "FAKE" || f.CorrectedBy != by ||
		len(f.Track) != 1 || f.Track[0].Stage != scan.Stage ||
		e.Open(f.Track[0].Text, f.Track[0].Event, "text") != scan.Text ||
		!f.Track[0].OccurredAt.Equal(scan.At) || f.Track[0].CreatedAt.IsZero() {
		e.T.Errorf("former number %+v", f)
	}
}

// A number that a courier has spoken of for another parcel says nothing of this one.
func TestANumberOfAnotherParcelIsRefused(t *testing.T) {
	each(t, func(t *testing.T, e *courierEnv) {
		refused := func(what string, err error) {
			t.Helper()
			if !fault.Is(err, fault.InvalidInput) {
				t.Errorf("%s: %v", what, err)
			}
		}
		mine, sent := e.shipped()
		_, others := e.shipped()
		e.Must(e.apply(sent, snapshot(reported(1, vocab.CarrierDelivered, "signed"))))
		_, err := e.sendBack(mine, "FAKE", "SF-1")
		refused("a return under the number of the order's own parcel", err)
		_, err = e.sendBack(mine, "FAKE", "sf-1")
		refused("the same in small letters", err)
		_, err = e.sendBack(mine, "pigeon", "SF-1")
		refused("the same with another carrier", err)
		_, err = e.sendBack(mine, "FAKE", e.Parcel(others).TrackingNumber)
		refused("a return under the number of another order's parcel", err)

		first, err := e.sendBack(mine, "FAKE", "BACK-1")
		e.Must(err)
		if _, err := e.sendBack(mine, "FAKE", "BACK-1"); err != nil {
			t.Errorf("two returns in one box: %v", err)
		}
		_, err = e.Shipments.CorrectReturn(e.BuyerOf(mine.ID), label(first.ID, "SF-1"))
		refused("a correction to the number of the order's own parcel", err)
		e.Must(e.apply(first.ID, snapshot(reported(2, vocab.CarrierDelivered, "arrived"))))
		_, err = e.sendBack(mine, "FAKE", "BACK-1")
		refused("a return under the number of one that has arrived", err)

		_, err = e.Shipments.CorrectTrackingNumber(e.Merchant, label(others, "SF-1"))
		refused("what was sent to one, under the number of what another got", err)
		e.MustID(e.Shipments.CorrectTrackingNumber(e.Merchant, label(others, "SF-7")))
		former := e.Parcel(others).QueryFormerNumbers().OnlyX(t.Context()).TrackingNumber
		_, err = e.sendBack(mine, "FAKE", strings.ToLower(former))
		refused("a return under a number that another had", err)
	})
}

package order

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/addresschange"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/limit"
	"orderflow/internal/vocab"
)

// addressAnswer is the buyer's time to answer an address that the shop proposes.
const addressAnswer = 2 * day

// ProposeInput is where a shop would rather send what it has of an order.
type ProposeInput struct {
	SubOrder globalid.ID // one of the shop's: all that it still sends of the order goes there
	Address  document.Address
	Note     string // why; at most 200 characters
}

// ProposeAddressChange proposes another address to the buyer, any region, while the shop has handed
// nothing over. The freight stays. When nobody answers in time, or a parcel leaves before, the
// goods go where they went. A merchant of the shop may call it. Faults: UNAUTHENTICATED, FORBIDDEN,
// NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED also while a change is open, TOO_MANY.
func (o *Orders) ProposeAddressChange(ctx context.Context, in ProposeInput) (globalid.ID, error) {
	return o.onSub(ctx, in.SubOrder, []vocab.Role{vocab.Merchant},
		func(ctx context.Context, l *Locked, sub *ent.SubOrder) (globalid.ID, error) {
			row, err := o.proposal(l, sub, in)
			if err != nil {
				return sub.ID, err
			}
			wishes, err := l.Tx.AddressChange.Query().
				Where(addresschange.OrderID(l.Order.ID)).All(ctx)
			if err != nil {
				return sub.ID, err
			}
			if err := l.mayWish(sub.ShopID, vocab.OfferAddress, wishes); err != nil {
				return sub.ID, err
			}
			return row.ID, l.proposeAddress(row)
		})
}

// proposal makes the row of an input. Fault: INVALID_INPUT.
func (o *Orders) proposal(
	l *Locked, sub *ent.SubOrder, in ProposeInput,
) (*ent.AddressChange, error) {
	key, faults := ParseAddress(&in.Address)
	limit.ReasonText.Text(&faults, "note", in.Note)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	to, err := o.seal(in.Address, key, l.Order.ID)
	if err != nil {
		return nil, err
	}
	id := globalid.New(globalid.AddressChange)
	return &ent.AddressChange{ID: id, OrderID: l.Order.ID, BuyerID: l.Order.BuyerID,
		ShopID: sub.ShopID, OpenedBy: l.Actor.Role, Region: to.region,
		Address: to.address, PhoneIndex: to.phoneIndex, CreatedAt: l.Tx.Now,
		Note: o.keys.SealText(in.Note, id, addresschange.FieldNote)}, nil
}

func (l *Locked) proposeAddress(row *ent.AddressChange) error {
	if err := l.openAddress(row, vocab.ProposeAddress); err != nil {
		return err
	}
	due := l.Tx.Now.Add(addressAnswer)
	for _, sub := range l.Subs {
		if sub.ShopID == row.ShopID && vocab.ToShip.Has(sub.Status) {
			sub.AddressDueAt = &due
		}
	}
	return nil
}

// lapseProposal ends a proposal that the buyer of a sub-order has not answered in time.
func lapseProposal(ctx context.Context, _ *Orders, l *Locked, sub *ent.SubOrder) error {
	return l.lapseAddresses(ctx, sub.ShopID)
}

// AnswerAddressProposal accepts or rejects an address that a shop proposed; accepted, all that the
// shop still sends of the order goes there. The buyer may call it. Faults: UNAUTHENTICATED,
// FORBIDDEN, NOT_FOUND, INVALID_INPUT, ACTION_NOT_ALLOWED when it lapsed, was withdrawn or
// answered.
func (o *Orders) AnswerAddressProposal(ctx context.Context, in AnswerInput) (globalid.ID, error) {
	return o.answerAddress(ctx, in, vocab.Buyer)
}

// WithdrawAddressChange takes a wish of the buyer back that the shop has not answered. The buyer
// may call it. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, ACTION_NOT_ALLOWED.
func (o *Orders) WithdrawAddressChange(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.withdrawAddress(ctx, id, vocab.Buyer)
}

// WithdrawAddressProposal takes a proposal of the shop back that the buyer has not answered. A
// merchant of the shop may call it. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND,
// ACTION_NOT_ALLOWED.
func (o *Orders) WithdrawAddressProposal(ctx context.Context, id globalid.ID) (globalid.ID, error) {
	return o.withdrawAddress(ctx, id, vocab.Merchant)
}

func (o *Orders) withdrawAddress(
	ctx context.Context, id globalid.ID, by vocab.Role,
) (globalid.ID, error) {
	return o.onAddressChange(ctx, id, by,
		func(_ context.Context, l *Locked, change *ent.AddressChange) error {
			return l.transitionAddress(change, vocab.WithdrawAddress, by)
		})
}

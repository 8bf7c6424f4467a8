package shipment

import (
	"bytes"
	"context"
	_ "embed" // the page
	"html/template"
	"io"
	"slices"

	"orderflow/ent"
	entshipment "orderflow/ent/shipment"
	"orderflow/ent/shipmentitem"
	"orderflow/ent/suborder"
	"orderflow/internal/document"
	"orderflow/internal/globalid"
	"orderflow/internal/phone"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

//go:embed picklist.html
var pickListText string

var pickListPage = template.Must(template.New("picklist").Parse(pickListText))

type pickList struct {
	Number    string
	Barcode   template.HTML
	Order     string
	Shop      string
	Warehouse string
	To        document.Address
	Stop      string // why nobody may go on with it; empty: go on
	Notes     []string
	Lines     []pickLine
	Units     int64
}

type pickLine struct {
	Sku      string
	Barcode  template.HTML
	Title    string
	SubOrder string
	Quantity int64
}

// PickListHTML writes a printable page with the pick lists of parcels, in that order: barcodes
// (Code 128) of the parcel's number and of every sku, and to whom it goes, with a masked phone
// number. A parcel that was cancelled, or whose goods are not to be sent any more, shows STOP; one
// that is not there is left out. What goes in place of an item is named as it is.
func (s *Shipments) PickListHTML(ctx context.Context, w io.Writer, ids []globalid.ID) error {
	rows, err := s.db.Client.Shipment.Query().Where(entshipment.IDIn(ids...)).WithOrder().
		WithShop().WithWarehouse().WithItems(func(q *ent.ShipmentItemQuery) {
		q.WithItem().WithSubOrder().Order(ent.Asc(shipmentitem.FieldID))
	}).WithAfterSale(func(q *ent.AfterSaleQuery) {
		q.WithLines(func(q *ent.AfterSaleLineQuery) { q.WithExchangeSku() })
	}).All(ctx)
	if err != nil {
		return err
	}
	stopped, err := s.Stopped(ctx, ids...)
	if err != nil {
		return err
	}
	slices.SortFunc(rows, func(a, b *ent.Shipment) int {
		return slices.Index(ids, a.ID) - slices.Index(ids, b.ID)
	})
	lists := make([]pickList, len(rows))
	for i, row := range rows {
		if lists[i], err = s.pickList(row); err != nil {
			return err
		}
		switch {
		case vocab.ParcelCancelled.Has(row.Stage):
			lists[i].Stop = "this parcel is cancelled 已取消"
		case stopped[row.ID]:
			lists[i].Stop = "its goods are not to be sent 货品勿发"
		}
	}
	var page bytes.Buffer // a page that breaks off must not be picked by
	if err := pickListPage.Execute(&page, lists); err != nil {
		return err
	}
	_, err = page.WriteTo(w)
	return err
}

func (s *Shipments) pickList(p *ent.Shipment) (pickList, error) {
	to, err := s.recipient(p)
	if err != nil {
		return pickList{}, err
	}
	to.Phone = phone.Stored(to.Phone).Masked()
	if !vocab.InWarehouse.Has(p.Stage) { // nobody picks by it any more
		to.Name, to.Street = seal.MaskName(to.Name), seal.MaskText(to.Street)
	}
	at := p.Edges.Warehouse
	list := pickList{Number: p.Number, Barcode: barcodeSVG(p.Number), Order: p.Edges.Order.Number,
		Shop: p.Edges.Shop.Name, Warehouse: at.Code + " " + at.Name, To: to}
	for _, it := range p.Edges.Items {
		item, sub := it.Edges.Item, it.Edges.SubOrder
		list.Units += it.Quantity
		line := pickLine{Sku: item.SkuCode, Title: item.Title, SubOrder: sub.Number,
			Quantity: it.Quantity}
		if other := exchanged(p, item.ID); other != nil {
			line.Sku, line.Title = other.Code, other.Title
		}
		line.Barcode = barcodeSVG(line.Sku)
		list.Lines = append(list.Lines, line)
		note, err := s.keys.OpenText(sub.Note, p.OrderID, suborder.FieldNote)
		if err != nil {
			return list, err
		}
		if note != "" && !slices.Contains(list.Notes, note) {
			list.Notes = append(list.Notes, note)
		}
	}
	return list, nil
}

// exchanged is the sku that goes in place of an item, when it is another.
func exchanged(p *ent.Shipment, item globalid.ID) *ent.Sku {
	if p.Edges.AfterSale == nil {
		return nil
	}
	lines := p.Edges.AfterSale.Edges.Lines
	i := slices.IndexFunc(lines, func(l *ent.AfterSaleLine) bool { return l.ItemID == item })
	if i < 0 {
		return nil
	}
	return lines[i].Edges.ExchangeSku
}

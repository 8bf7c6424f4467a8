package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The types of a list: the same fields as those of listQuery.
type (
	plainPage struct {
		Orders      []*plainOrder `json:"orders"`
		HasNextPage bool          `json:"hasNextPage"`
	}
	plainOrder struct {
		ID        int64       `json:"id"`
		Number    string      `json:"number"`
		Status    string      `json:"status"`
		CreatedAt time.Time   `json:"createdAt"`
		Payable   int64       `json:"payable"`
		SubOrders []*plainSub `json:"subOrders"`
	}
	plainSub struct {
		Number  string      `json:"number"`
		Status  string      `json:"status"`
		Payable int64       `json:"payable"`
		Items   []plainItem `json:"items"`

		position int
	}
	plainItem struct {
		Position  int    `json:"position"`
		Code      string `json:"code"`
		Title     string `json:"title"`
		Quantity  int64  `json:"quantity"`
		UnitPrice int64  `json:"unitPrice"`
		Payable   int64  `json:"payable"`
	}
)

// ofBuyer lists a buyer's newest orders with their contents.
func (p *plain) ofBuyer(ctx context.Context, buyer int) ([]byte, error) {
	page, err := p.orders(ctx, "SELECT id, number, status, created_at, payable FROM orders "+
		"WHERE buyer = ? ORDER BY id DESC LIMIT ?", buyer, pageSize+1)
	if err != nil {
		return nil, fmt.Errorf("plain: list: %w", err)
	}
	return p.fill(ctx, page, "")
}

// ofShop lists a shop's newest orders with the shop's part of each.
func (p *plain) ofShop(ctx context.Context, shop int) ([]byte, error) {
	var ids []any
	err := each(ctx, p.db.ReadSQL(), "SELECT DISTINCT order_id FROM sub_orders "+
		"WHERE shop = ? ORDER BY order_id DESC LIMIT ?", []any{shop, pageSize + 1},
		func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("plain: list: %w", err)
	}
	page := &plainPage{}
	if len(ids) > 0 {
		page, err = p.orders(ctx, "SELECT id, number, status, created_at, payable FROM orders "+
			"WHERE id IN "+marks(len(ids))+" ORDER BY id DESC", ids...)
		if err != nil {
			return nil, fmt.Errorf("plain: list: %w", err)
		}
	}
	return p.fill(ctx, page, " AND shop = ?", shop)
}

// orders reads a page. The query selects one row more than a page holds.
func (p *plain) orders(ctx context.Context, query string, args ...any) (*plainPage, error) {
	page := &plainPage{}
	err := each(ctx, p.db.ReadSQL(), query, args, func(rows *sql.Rows) error {
		var o plainOrder
		var at int64
		err := rows.Scan(&o.ID, &o.Number, &o.Status, &at, &o.Payable)
		o.CreatedAt = time.UnixMicro(at).UTC()
		page.Orders = append(page.Orders, &o)
		return err
	})
	if len(page.Orders) > pageSize {
		page.Orders, page.HasNextPage = page.Orders[:pageSize], true
	}
	return page, err
}

// fill reads the children of a page's orders, restricted to a shop when part is not empty, and
// encodes the page.
func (p *plain) fill(
	ctx context.Context, page *plainPage, part string, shop ...any,
) ([]byte, error) {
	if len(page.Orders) == 0 {
		return json.Marshal(page)
	}
	var args []any
	byID := make(map[int64]*plainOrder, len(page.Orders))
	for _, o := range page.Orders {
		args, byID[o.ID] = append(args, o.ID), o
		if part != "" {
			o.Payable = 0 // for a shop it is the sum of its sub-orders
		}
	}
	where := " WHERE order_id IN " + marks(len(page.Orders)) + part
	args = append(args, shop...)
	err := each(ctx, p.db.ReadSQL(), "SELECT order_id, position, number, status, payable "+
		"FROM sub_orders"+where+" ORDER BY order_id, position", args,
		func(rows *sql.Rows) error {
			var s plainSub
			var order int64
			if err := rows.Scan(&order, &s.position, &s.Number, &s.Status, &s.Payable); err != nil {
				return err
			}
			o := byID[order]
			o.SubOrders = append(o.SubOrders, &s)
			if part != "" {
				o.Payable += s.Payable
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("plain: list: %w", err)
	}
	err = each(ctx, p.db.ReadSQL(), "SELECT order_id, sub, position, code, title, quantity, "+
		"unit_price, payable FROM items"+where+" ORDER BY order_id, position", args,
		func(rows *sql.Rows) error {
			var i plainItem
			var order int64
			var sub int
			err := rows.Scan(&order, &sub, &i.Position, &i.Code, &i.Title, &i.Quantity,
				&i.UnitPrice, &i.Payable)
			for _, s := range byID[order].SubOrders {
				if s.position == sub {
					s.Items = append(s.Items, i)
				}
			}
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("plain: list: %w", err)
	}
	return json.Marshal(page)
}

func each(
	ctx context.Context, db *sql.DB, query string, args []any, do func(rows *sql.Rows) error,
) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// marks returns (?, ?, …).
func marks(n int) string { return "(?" + strings.Repeat(", ?", n-1) + ")" }

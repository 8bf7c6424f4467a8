package bench

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/ent/migrate"
	"orderflow/internal/auth"
	"orderflow/internal/catalogue"
	"orderflow/internal/globalid"
	"orderflow/internal/seal"
	"orderflow/internal/vocab"
)

const (
	// fillShops is the number of shops where there are many orders: the first has three quarters of
	// them, the second a hundredth of that, the others share the rest and have a part in each.
	fillShops = 6
	// largest and smallest are the shops with most and with fewest orders.
	largest, smallest = 0, 1
	// fillSpan is how far back in time the orders go. It is below the time to ship: none is late.
	fillSpan = 28 * 24 * time.Hour
	// fillBatch is the number of orders that one transaction makes.
	fillBatch = 200
)

// filling is the orders that exist before anything is measured, the same on both sides. The server
// makes a few, the rest are copies of these.
type filling struct {
	buyers []globalid.ID
	// baskets[i] is the content of the i-th template, and copies the templates of the other orders,
	// oldest first.
	baskets []basket
	copies  []int
	shares  [fillShops]int // orders of each shop
}

// planFilling plans n orders, at least buyerCount.
func planFilling(n, skus int) *filling {
	large, small := n*3/4, max(n*3/400, min(30, n/8))
	f := &filling{}
	r := rand.New(rand.NewPCG(0, uint64(n)))
	add := func(orders int, pairs [][2]int) {
		first := len(f.baskets)
		for i, pair := range pairs {
			b := basket{buyer: (first + i) % buyerCount}
			for at, shop := range pair {
				b.skus[at] = shop + fillShops*r.IntN((skus-shop+fillShops-1)/fillShops)
			}
			f.baskets = append(f.baskets, b)
		}
		for i := range orders {
			pair := pairs[i%len(pairs)]
			f.shares[pair[0]]++
			f.shares[pair[1]]++
			if i >= len(pairs) {
				f.copies = append(f.copies, first+i%len(pairs))
			}
		}
	}
	add(large, [][2]int{{0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 2}, {0, 3}, {0, 4}, {0, 5}})
	add(small, [][2]int{{1, 2}, {1, 3}, {1, 4}, {1, 5}})
	add(n-large-small, [][2]int{{2, 3}, {4, 5}, {2, 4}, {3, 5}, {2, 5}, {3, 4}})
	r.Shuffle(len(f.copies), func(i, j int) { f.copies[i], f.copies[j] = f.copies[j], f.copies[i] })
	return f
}

// buyerOf is the buyer of the i-th copy.
func (f *filling) buyerOf(i int) int { return i % len(f.buyers) }

// pageOfBuyer and pageOfShop are the least number of orders on the first page of a list.
func (f *filling) pageOfBuyer() int { return min(len(f.copies)/len(f.buyers), pageSize) }

func (f *filling) pageOfShop(shop int) int { return min(f.shares[shop], pageSize) }

// enrollBuyers makes the buyers: one for every hundred orders, but some in any case.
func (e *environment) enrollBuyers(ctx context.Context, f *filling) error {
	const most = 2000
	register := catalogue.NewRegister(e.serverDB)
	for i := range min(max(e.Orders/100, buyerCount), most) {
		buyer := &auth.Viewer{Subject: buyerSubject(i), Role: vocab.Buyer}
		if err := register.Enroll(ctx, buyer); err != nil {
			return err
		}
		f.buyers = append(f.buyers, buyer.BuyerID)
	}
	return nil
}

// fill makes the same orders on both sides, all paid, analyzes the tables, and starts the server.
func (e *environment) fill(ctx context.Context) (f *filling, err error) {
	f = planFilling(e.Orders, e.Skus)
	if err := e.enrollBuyers(ctx, f); err != nil {
		return nil, err
	}
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	ids := make([]globalid.ID, len(f.baskets))
	for i, b := range f.baskets {
		text, _, err := e.client.order(ctx, b)
		if err != nil {
			return nil, err
		}
		if ids[i], err = globalid.Parse(text); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(e.settle(ctx), e.stop()); err != nil {
		return nil, err
	}
	if err := e.copyOrders(ctx, f, ids); err != nil {
		return nil, err
	}
	err = e.plain.makeOrders(ctx, f, func(done, all int) { e.progress("plain", done, all) })
	if err != nil {
		return nil, err
	}
	if err := e.analyze(ctx); err != nil {
		return nil, err
	}
	if err := e.serve(ctx); err != nil {
		return nil, err
	}
	return f, e.checkCopies(ctx)
}

// copyOrders copies the templates in the server's database.
func (e *environment) copyOrders(ctx context.Context, f *filling, ids []globalid.ID) error {
	keys, err := seal.ParseKeyring(seal.DevelopmentKeys()) // those of a server in development
	if err != nil {
		return err
	}
	if e.serverDB.Dialect == dialect.SQLite {
		// The indexes of many orders do not fit in the 2 MB that are the default.
		_, err := e.serverDB.SQL().ExecContext(ctx, "PRAGMA cache_size = -400000")
		if err != nil {
			return err
		}
	}
	tables, err := readTables(ctx, e.serverDB)
	if err != nil {
		return err
	}
	templates := make([]*template, len(ids))
	for i, id := range ids {
		templates[i], err = newTemplate(tables, id, f.buyers[f.baskets[i].buyer], keys)
		if err != nil {
			return err
		}
	}
	var head int64
	err = e.serverDB.SQL().QueryRowContext(ctx,
		"SELECT position FROM "+migrate.FeedHeadsTable.Name).Scan(&head)
	if err != nil {
		return err
	}
	batch := newInserts(e.serverDB)
	for from := 0; from < len(f.copies); from += fillBatch {
		to := min(from+fillBatch, len(f.copies))
		for i := from; i < to; i++ {
			t := templates[f.copies[i]]
			back := fillSpan / time.Duration(len(f.copies)) * time.Duration(len(f.copies)-i)
			batch.addCopy(t, t.copy(i, f.buyers[f.buyerOf(i)], back, head))
			head += int64(len(t.positions))
		}
		if err := e.inServerTx(ctx, batch.write); err != nil {
			return err
		}
		e.progress("fill", to, len(f.copies))
	}
	return e.inServerTx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return addUp(ctx, tx, head)
	})
}

func (e *environment) inServerTx(
	ctx context.Context, do func(ctx context.Context, tx *sql.Tx) error,
) error {
	tx, err := e.serverDB.SQL().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(ctx, tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// copy returns the i-th copy, back in time, of another buyer.
func (t *template) copy(i int, buyer globalid.ID, back time.Duration, head int64) *orderCopy {
	// Ids have milliseconds, and times are shifted by as much.
	c := &orderCopy{shift: back.Truncate(time.Millisecond), head: head}
	last := len(t.ids) - 1
	for _, id := range t.ids[:last] {
		c.ids = append(c.ids, shifted(id, c.shift, i))
	}
	c.ids = append(c.ids, buyer)
	for _, text := range t.renewed {
		c.renewed = append(c.renewed, renew(text, i))
	}
	return c
}

// shifted is an id that is older than another and different for each i. Ids of one order keep their
// order.
func shifted(id globalid.ID, back time.Duration, i int) globalid.ID {
	var ms [8]byte
	copy(ms[2:], id[:6])
	binary.BigEndian.PutUint64(ms[:],
		binary.BigEndian.Uint64(ms[:])-uint64(back.Milliseconds()))
	copy(id[:6], ms[2:])
	tail := id[12:]
	binary.BigEndian.PutUint32(tail, binary.BigEndian.Uint32(tail)^uint32(i))
	return id
}

// renew replaces the last twelve characters of a text by digits that differ for each i.
func renew(text string, i int) string {
	const digits, step, all = 12, 387_420_489, 1_000_000_000_000 // step has no factor of all
	number := fmt.Sprintf("%012d", (int64(i)+1)*step%all)
	return text[:max(len(text)-digits, 0)] + number
}

// addUp sets what sums up rows of others: the head of the feed and the stocks.
func addUp(ctx context.Context, tx *sql.Tx, head int64) error {
	sum := func(column string) string {
		return column + " = (SELECT SUM(" + column + "_delta) FROM stock_movements m " +
			"WHERE m.stock_id = stocks.id)"
	}
	_, err := tx.ExecContext(ctx, "UPDATE feed_heads SET position = ?", head)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE stocks SET "+sum("on_hand")+", "+sum("reserved"))
	return err
}

// skusOf counts the units that were sold of each sku.
func (f *filling) skusOf() map[int]int {
	sold := map[int]int{}
	for _, at := range slices.Concat(f.copies, indexes(len(f.baskets))) {
		for _, sku := range f.baskets[at].skus {
			sold[sku]++
		}
	}
	return sold
}

func indexes(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

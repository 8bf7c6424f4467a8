package replay

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

const (
	// Shops is the number of shops that the skus of a file are distributed over.
	Shops = 3
	// Warehouses is the number of warehouses that they are distributed over.
	Warehouses = 2
	// MaxLines is the default limit of a server for the lines of an order.
	MaxLines = 1000
	// MaxUnits is the default limit for the units of a line.
	MaxUnits = 100_000
)

// Reject is a row that is not replayed.
type Reject struct {
	Line   int // of the file
	Fields []string
	Reason Reason
}

// Count is the number of rows or invoices: Read = Replayed + Rejected. An invoice is rejected when
// all its rows are. Cancellations are invoices too.
type Count struct {
	Read     int `json:"read"`
	Replayed int `json:"replayed"`
	Rejected int `json:"rejected"`
}

// Plan is the replay of a file.
type Plan struct {
	Rows     Count
	Invoices Count
	Rejects  []Reject

	fingerprint   string // of the file
	invoices      []*invoice
	cancellations []*cancellation
	withdrawals   int // of all cancellations
	hours         []*hour
	skus          []*sku // in the order in which orders need them
}

// sku is one stock code at one price.
type sku struct {
	code, title     string
	pence           int64
	product         string // the stock code
	shop, warehouse int
	units           int64 // that the whole file sells
}

// invoice becomes an order.
type invoice struct {
	number   string
	at       time.Time
	customer string // empty: a guest
	country  string
	lines    []*invoiceLine
	pence    int64
	step     int // index of its hour

	cancelledSameHour bool // in part or in full
}

// invoiceLine is a line of an invoice.
type invoiceLine struct {
	sku       *sku
	units     int64
	cancelled int64 // units
}

// Load reads a file and plans its replay. A limit above 0 plans the first invoices only, with the
// stock of the whole file, so that a replay without the limit can continue from there.
func Load(path string, limit int) (*Plan, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	return plan(f, limit), nil
}

func plan(f file, limit int) *Plan {
	p := &planner{
		plan: &Plan{fingerprint: f.fingerprint}, limit: limit, known: map[string]*entry{},
		skus: map[skuKey]*sku{}, codes: map[string]bool{}, needed: map[*sku]bool{},
		bought: map[customerProduct][]purchase{},
	}
	for _, l := range f.lines {
		p.add(l)
	}
	for _, e := range p.entries {
		p.finish(e)
	}
	p.plan.schedule()
	return p.plan
}

// planner builds a plan row by row.
type planner struct {
	plan    *Plan
	limit   int
	beyond  bool // the limit was passed
	entries []*entry
	known   map[string]*entry
	skus    map[skuKey]*sku
	codes   map[string]bool // of skus
	needed  map[*sku]bool
	bought  map[customerProduct][]purchase // so far
}

type skuKey struct {
	code  string
	pence int64
}

// entry is an invoice while its rows are read.
type entry struct {
	invoice      *invoice // nil until a row of it is good
	bySku        map[*sku]*invoiceLine
	cancellation *cancellation // nil until a row of it is good
	within       bool          // the limit
}

func (p *planner) add(l record) {
	number := ""
	if len(l.fields) > 0 {
		number = strings.TrimSpace(l.fields[0])
	}
	e := p.entry(number)
	if e == nil && p.beyond || e != nil && !e.within {
		if row, why := parse(l.fields); why == "" && !isCancellation(number) {
			p.addSale(e, row)
		}
		return
	}
	p.plan.Rows.Read++
	row, why := parse(l.fields)
	switch {
	case why != "":
	case isCancellation(number):
		why = p.addCancellation(e, row)
	default:
		why = p.addSale(e, row)
	}
	if why != "" {
		p.plan.Rows.Rejected++
		p.plan.Rejects = append(p.plan.Rejects, Reject{l.number, l.fields, why})
		return
	}
	p.plan.Rows.Replayed++
}

// entry finds the invoice of a row; nil is for a row without an invoice number.
func (p *planner) entry(number string) *entry {
	if number == "" {
		return nil
	}
	e := p.known[number]
	if e == nil {
		e = &entry{bySku: map[*sku]*invoiceLine{}, within: p.limit <= 0 || len(p.entries) < p.limit}
		p.beyond = p.beyond || !e.within
		p.known[number] = e
		p.entries = append(p.entries, e)
	}
	return e
}

// addSale adds a good row to its invoice and to its sku.
func (p *planner) addSale(e *entry, r row) Reason {
	inv := e.invoice
	if inv == nil {
		inv = &invoice{number: r.invoice, at: r.at, customer: r.customer, country: r.country}
	} else if inv.customer != r.customer {
		return AnotherCustomer
	}
	sku := p.skus[skuKey{r.code, r.pence}]
	line := e.bySku[sku]
	switch {
	case r.quantity > MaxUnits || line != nil && line.units+r.quantity > MaxUnits:
		return TooManyUnits
	case line == nil && len(inv.lines) == MaxLines:
		return TooManyLines
	}
	if sku == nil {
		sku = p.newSku(r)
	}
	if line == nil {
		line = &invoiceLine{sku: sku}
		e.bySku[sku], inv.lines = line, append(inv.lines, line)
		p.recordPurchase(inv, line)
	}
	line.units += r.quantity
	sku.units += r.quantity
	inv.pence += r.quantity * r.pence
	e.invoice = inv
	return ""
}

// newSku makes a sku; the first price of a stock code keeps the code.
func (p *planner) newSku(r row) *sku {
	s := &sku{code: r.code, title: r.title, pence: r.pence, product: r.code}
	if p.codes[r.code] {
		s.code = fmt.Sprintf("%s@%d.%02d", r.code, r.pence/100, r.pence%100)
	}
	p.codes[r.code] = true
	s.shop, s.warehouse = int(hash(r.code)%Shops), int(hash(s.code)%Warehouses)
	p.skus[skuKey{r.code, r.pence}] = s
	return s
}

// hash is stable: the shop and the warehouse of a sku depend on nothing else.
func hash(text string) uint32 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint32(sum[:])
}

// finish counts an invoice and adds it to the plan.
func (p *planner) finish(e *entry) {
	if !e.within {
		return
	}
	p.plan.Invoices.Read++
	switch {
	case e.cancellation != nil:
		p.plan.Invoices.Replayed++
		p.plan.cancellations = append(p.plan.cancellations, e.cancellation)
		return
	case e.invoice == nil:
		p.plan.Invoices.Rejected++
		return
	}
	p.plan.Invoices.Replayed++
	p.plan.invoices = append(p.plan.invoices, e.invoice)
	for _, line := range e.invoice.lines {
		if !p.needed[line.sku] {
			p.needed[line.sku] = true
			p.plan.skus = append(p.plan.skus, line.sku)
		}
	}
}

package catalogue

import (
	"context"

	"orderflow/ent"
	"orderflow/ent/warehouse"
	"orderflow/internal/audit"
	"orderflow/internal/auth"
	"orderflow/internal/fault"
	"orderflow/internal/globalid"
	"orderflow/internal/region"
	"orderflow/internal/store"
	"orderflow/internal/vocab"
)

// WarehouseInput is a warehouse, as requested.
type WarehouseInput struct {
	ID            globalid.ID // zero: the code decides
	Code          string
	Name          string
	Country       string // as in addresses
	Region        string
	NationalCode  string
	ReturnAddress string
	Priority      int // the strategy WAREHOUSE_PRIORITY takes the lowest number first
	Given         Given
}

// over is the whole warehouse that a request asks for; old is nil for a new one.
func (in WarehouseInput) over(old *ent.Warehouse, returns string) (WarehouseInput, error) {
	var base *WarehouseInput
	if old != nil {
		base = &WarehouseInput{Code: old.Code, Name: old.Name, Country: old.Region.Country(),
			Region: old.Region.Name(), ReturnAddress: returns, Priority: old.Priority}
		for _, field := range []string{"country", "region", "nationalcode"} {
			if _, there := in.Given[field]; there { // together they are one place
				base.Country, base.Region = region.China, ""
			}
		}
	}
	in, err := complete(in, in.Given, base, WarehouseInput{Country: region.China}, "code", "name")
	if err != nil {
		return in, err
	}
	return in, in.Validate()
}

// Validate returns all faults of the fields.
func (in WarehouseInput) Validate() error {
	var c check
	c.text("code", in.Code, maxCode)
	c.text("name", in.Name, maxName)
	_, wrong := in.region()
	c.faults = append(c.faults, wrong...)
	c.optional("returnAddress", in.ReturnAddress, maxAddress)
	c.number("priority", int64(in.Priority), 0, maxPriority)
	return c.faults.Err()
}

func (in WarehouseInput) region() (region.Key, fault.List) {
	return region.Parse("", region.Input{
		Country: in.Country, Region: in.Region, NationalCode: in.NationalCode})
}

// SetWarehouse makes or changes a warehouse and returns its id. PLATFORM only. Faults:
// INVALID_INPUT, NOT_FOUND, CODE_TAKEN.
func (c *Catalogue) SetWarehouse(ctx context.Context, in WarehouseInput) (globalid.ID, error) {
	if _, err := auth.Require(ctx, vocab.Platform); err != nil {
		return globalid.ID{}, err
	}
	return c.set(ctx, "code", func(ctx context.Context, tx *store.Tx) (globalid.ID, error) {
		where := warehouse.Code(in.Code)
		if !in.ID.IsZero() {
			where = warehouse.ID(in.ID)
		}
		old, err := tx.Warehouse.Query().Where(where).Only(ctx)
		id, err := target(in.ID, err, globalid.Warehouse, func() globalid.ID { return old.ID })
		if err != nil {
			return id, err
		}
		var stored string
		if old != nil {
			stored, err = c.keys.OpenText(old.ReturnAddress, id, warehouse.FieldReturnAddress)
			if err != nil {
				return id, err
			}
		}
		in, err := in.over(old, stored)
		if err != nil {
			return id, err
		}
		entry := audit.Entry{Action: vocab.AuditSetWarehouse, Subject: id}
		if old != nil {
			update := tx.Warehouse.UpdateOneID(id)
			in.fill(update.Mutation(),
				c.reseal(old.ReturnAddress, in.ReturnAddress, id, warehouse.FieldReturnAddress))
			return id, save(ctx, tx, update, entry)
		}
		create := tx.Warehouse.Create().SetID(id).SetCreatedAt(tx.Now)
		in.fill(create.Mutation(),
			c.keys.SealText(in.ReturnAddress, id, warehouse.FieldReturnAddress))
		return id, save(ctx, tx, create, entry)
	})
}

func (in WarehouseInput) fill(m *ent.WarehouseMutation, returns []byte) {
	m.SetCode(in.Code)
	m.SetName(in.Name)
	key, _ := in.region() // it is valid
	m.SetRegion(key)
	m.SetReturnAddress(returns)
	m.SetPriority(in.Priority)
}

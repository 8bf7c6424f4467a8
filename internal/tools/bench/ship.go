package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"

	"orderflow/internal/vocab"
)

// carrier has no courier that tracks: what a courier does is not measured.
const carrier = "bench"

// shipStep is one mutation on a parcel. Its query has the mutation's name in place of STEP.
type shipStep struct {
	name, input string
	stage       vocab.WarehouseStage // after it
}

var shipSteps = []shipStep{
	{"createShipment", "CreateShipmentInput", vocab.StagePending},
	{"printPickList", "PrintPickListInput", vocab.StageListPrinted},
	{"startPicking", "StartPickingInput", vocab.StagePicking},
	{"pack", "PackInput", vocab.StagePacked},
	{"handOver", "HandOverInput", vocab.StageHandedOver},
}

func (s shipStep) query() string {
	return "mutation($in: " + s.input + "!, $key: String!) {\n  step: " + s.name +
		"(input: $in) @idempotent(key: $key) {\n" +
		"    shipment { id number stage } userErrors { code message }\n  }\n}"
}

// shippable is what a shop sends of an order: one item.
type shippable struct {
	staff string // token
	item  string
}

// ship makes a parcel, picks, packs and hands it over, each step by a request of its own.
func (c *client) ship(ctx context.Context, s shippable) error {
	var parcel string
	for _, step := range shipSteps {
		input := map[string]any{"shipment": parcel}
		switch step.stage {
		case vocab.StagePending:
			input = map[string]any{"lines": []map[string]any{{"item": s.item, "quantity": 1}}}
		case vocab.StageHandedOver:
			input["carrier"], input["trackingNumber"] = carrier, "T"+strings.ToUpper(rand.Text())
		}
		var data struct {
			Step struct {
				Shipment   *struct{ ID, Stage string }
				UserErrors json.RawMessage
			}
		}
		variables := map[string]any{"key": rand.Text(), "in": input}
		if err := c.do(ctx, s.staff, step.query(), variables, &data); err != nil {
			return err
		}
		made := data.Step.Shipment
		if made == nil || made.Stage != string(step.stage) {
			return fmt.Errorf("%s: %+v %s", step.name, made, data.Step.UserErrors)
		}
		parcel = made.ID
	}
	return nil
}

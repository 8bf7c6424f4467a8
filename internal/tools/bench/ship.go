package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"orderflow/internal/vocab"
)

// carrier has no courier that tracks: what a courier does is not measured.
const carrier = "ZTO"

// shipStep is one mutation on a parcel.
type shipStep struct {
	*operation
	stage vocab.WarehouseStage // after it
}

var shipSteps = []shipStep{
	newShipStep("createShipment", "CreateShipmentInput", vocab.StagePending),
	newShipStep("printPickList", "PrintPickListInput", vocab.StageListPrinted),
	newShipStep("startPicking", "StartPickingInput", vocab.StagePicking),
	newShipStep("pack", "PackInput", vocab.StagePacked),
	newShipStep("handOver", "HandOverInput", vocab.StageHandedOver),
}

func newShipStep(name, input string, stage vocab.WarehouseStage) shipStep {
	return shipStep{newOperation("mutation($in: " + input + "!, $key: String!) {\n  step: " + name +
		"(input: $in) @idempotent(key: $key) {\n" +
		"    shipment { id number stage } userErrors { code message }\n  }\n}"), stage}
}

// shipInput has the fields that one of the steps needs.
type shipInput struct {
	Lines          []itemQuantity `json:"lines,omitempty"`
	Shipment       string         `json:"shipment,omitempty"`
	Carrier        string         `json:"carrier,omitempty"`
	TrackingNumber string         `json:"trackingNumber,omitempty"`
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
		in := shipInput{Shipment: parcel}
		switch step.stage {
		case vocab.StagePending:
			in.Lines = []itemQuantity{{Item: s.item, Quantity: 1}}
		case vocab.StageHandedOver:
			in.Carrier, in.TrackingNumber = carrier, "T"+rand.Text()
		}
		data, err := call[struct {
			Step struct {
				Shipment   *struct{ ID, Stage string }
				UserErrors json.RawMessage
			}
		}](ctx, c, s.staff, step.operation, keyed[shipInput]{rand.Text(), in})
		if err != nil {
			return err
		}
		made := data.Step.Shipment
		if made == nil || made.Stage != string(step.stage) {
			return fmt.Errorf("%s: %+v %s", step.stage, made, data.Step.UserErrors)
		}
		parcel = made.ID
	}
	return nil
}

package graph_test

import (
	"fmt"
	"testing"
)

func TestCarriersAreAClosedList(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		r := e.must(e.buyer, `{ carriers { code name englishName phone tracked
			kuaidi100 kdniao weChat } }`, nil)
		e.expect(r, "map[code:SF englishName:SF Express kdniao:SF kuaidi100:shunfeng "+
			"name:顺丰速运 phone:95338 tracked:false weChat:SF]", "carriers", 0)
		listed := map[any]bool{}
		for i := range r.at("carriers").([]any) {
			listed[r.at("carriers", i, "code")] = true
		}
		for _, code := range []string{"SF", "ZTO", "YTO", "STO", "YUNDA", "JT", "JD", "EMS", "POST",
			"DEPPON"} {
			if !listed[code] {
				e.Errorf("%s is not on the list", code)
			}
		}

		p := e.paidOrder()
		parcel := e.newParcel(p, 1, 3)
		label := e.newLabel(parcel)
		label["carrier"] = "Sf"
		r = e.mutateOK(e.picker, "handOver", label,
			"shipment { carrier courier { code name phone } }")
		e.expect(r, "map[carrier:SF courier:map[code:SF name:顺丰速运 phone:95338]]",
			"handOver", "shipment")
		e.wantNode(e.newParcel(p, 1, 3), "Shipment", map[string]any{
			"carrier": "", "courier { code }": nil})
	})
}

// A carrier that is not on the list is refused wherever one is written, and nothing is done.
func TestNonsenseIsNoCarrier(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		p := e.paidOrder()
		packed, sent := e.newParcel(p, 1, 3), e.newParcel(p, 1, 4)
		back := e.returnParcel()
		toReturn := e.requestToReturn()
		for _, nonsense := range []string{"nonsense", "", "顺丰速运", "SF1"} {
			with := func(name, id string) vars {
				label := e.newLabel("")
				delete(label, "shipment")
				label[name], label["carrier"] = id, nonsense
				return label
			}
			e.expectRefusal(e.picker, "handOver", with("shipment", packed), "INVALID_INPUT", "carrier")
			e.expectRefusal(e.merchant, "correctTrackingNumber", with("shipment", sent),
				"INVALID_INPUT", "carrier")
			e.expectRefusal(e.buyer, "correctReturnShipment", with("shipment", back),
				"INVALID_INPUT", "carrier")
			e.expectRefusal(e.buyer, "submitReturnShipment", with("afterSale", toReturn),
				"INVALID_INPUT", "carrier")
			r := e.mutate(e.merchant, "shipOrders",
				vars{"entries": []vars{with("subOrder", p.sub)}},
				"results { userErrors { code field message } }")
			e.expect(r, "INVALID_INPUT", "shipOrders", "results", 0, "userErrors", 0, "code")
			e.expect(r, "carrier", "shipOrders", "results", 0, "userErrors", 0, "field")
			e.expect(r, "It must be the code of a carrier, such as SF or ZTO; the query carriers lists "+
				"them.", "shipOrders", "results", 0, "userErrors", 0, "message")
		}
		for parcel, carrier := range map[string]string{packed: "", sent: "SF", back: "SF"} {
			e.wantNode(parcel, "Shipment", map[string]any{"carrier": carrier})
		}
		e.wantNode(toReturn, "AfterSale", map[string]any{"status": "AWAITING_RETURN",
			"parcels { id }": fmt.Sprint([]any{})})
	})
}

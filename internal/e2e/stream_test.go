package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"orderflow/internal/event"
)

// subscribe subscribes to a field from the start of the feed and returns a function that waits for
// the next event.
func (u *user) subscribe(s *server, field, args, want string, variables fields) func() fields {
	u.t.Helper()
	variables["after"] = event.Cursor{}.String()
	body, err := json.Marshal(fields{"variables": variables,
		"query": "subscription(" + args + ", $after: FeedCursor) { event: " + field + want + " }"})
	if err != nil {
		u.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, s.url+"/graphql",
		bytes.NewReader(body))
	if err != nil {
		u.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := client.Do(req)
	if err != nil {
		u.t.Fatal(err)
	}
	u.t.Cleanup(func() { _ = res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	return func() fields {
		u.t.Helper()
		for lines.Scan() {
			data, found := strings.CutPrefix(lines.Text(), "data: ")
			if !found || data == "" {
				continue
			}
			var a response
			if err := json.Unmarshal([]byte(data), &a); err != nil || len(a.Errors) > 0 {
				u.t.Fatalf("%v %s", err, data)
			}
			return a.Data["event"].(fields)
		}
		u.t.Fatalf("the stream ended: %v", lines.Err())
		return nil
	}
}

// waitForCarrierStage waits until followers have received that stage of a parcel.
func waitForCarrierStage(stage string, followers ...func() fields) {
	for _, next := range followers {
		for next()["shipment"].(fields)["carrierStage"] != stage {
		}
	}
}

// Package courier is the courier of development: a Client, which is the courier.Port, and a Peer,
// the HTTP server that it calls. Both are built on the engine in package sandbox.
//
// The peer stores subscriptions, the events of parcels and interceptions, and sends pushes. Nothing
// happens to its parcels by itself: tests and developers add events and order pushes, in time,
// late, repeated or none.
//
// It owns nothing of orders and knows nothing of our database. It must never be reachable in
// production: its control routes need no token. The wiring ensures that.
//
// Clocks: an event without a time happens in business time (Options.Now). Signatures and the
// repetition of pushes are real time (Options.RealNow).
//
// # Routes
//
//	POST /v1/subscribe            push what happens to a parcel    signed
//	POST /v1/query                all that is known of a parcel    signed
//	POST /v1/intercept            bring a parcel back              signed
//	POST /control                 Control, as JSON
//	GET  /control/subscriptions   []Subscription, as JSON
//
// Paths are relative to where the peer is mounted (http.StripPrefix).
//
// # Control
//
// A parcel is named by its number, or by the reference of its subscription.
//
//	{"action": "add", "reference": "…", "event": {"stage": "COLLECTED", "text": "…"}}
//	{"action": "correct", "reference": "…", "event": {"stage": "PROBLEM"}}
//	{"action": "push", "reference": "…"}                  everything, now
//	{"action": "push_old", "reference": "…", "count": 1}  as it was after the first event
//	{"action": "repeat", "reference": "…", "count": 3}    the last push, three times more
//	{"action": "stop", "reference": "…"}                  the subscription ends, with a last push
//	{"action": "intercept", "reference": "…", "answer": "ACCEPTED"}
//	{"action": "fault", "fault": {"kind": "LOSE_ANSWER", "op": "SUBSCRIBE", "times": 2}}
//	{"action": "clear"}                                   remove all faults
//	{"action": "deliver"}                                 send the pushes that are due now
//
// # Invariants
//
//   - One reference is one subscription; subscribing again makes it live again, for the number that
//     was named last.
//   - One number is one parcel, whoever subscribed to it, and is intercepted at most once.
package courier

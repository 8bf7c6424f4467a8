// Package couriertest is the contract of courier.Port as tests: whatever passes Run may be wired.
//
// It owns no fake courier; an adapter's tests bring their own peer in a Harness. What a peer cannot
// do is nil there, and the tests that need it are left out.
//
// What every adapter must keep: subscribing again is no error; a parcel of which nothing is known
// is a result without events; a query and a push have all events, in any order; a push names its
// reference; only what the courier signed is a push; a call whose response was lost may be
// repeated; a call ends with its context.
package couriertest

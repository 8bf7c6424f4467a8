// Package channeltest is the contract of channel.Port as tests: whatever passes Run may be wired.
//
// It owns no fake channel; an adapter's tests bring their own peer in a Harness. What a peer cannot
// do is nil there, and the tests that need it are left out.
//
// What every adapter must keep: the same number sent twice is one payment or one refund; unknown
// numbers are results; a paid charge is never closed; only what the channel signed is a *Refusal or
// a notice; a call whose response was lost may be repeated; a call ends with its context; a
// bill has what happened on its day once, in the same order whenever it is read.
package channeltest

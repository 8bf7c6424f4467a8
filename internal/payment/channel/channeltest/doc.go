// Package channeltest is the contract of channel.Port as tests: whatever passes Run may be wired.
//
// It owns no fake channel; an adapter's tests bring their own peer in a Harness. What a peer cannot
// do is left nil there, and the tests that need it do not exist for it.
//
// What every adapter must keep: the same number asked twice is one payment or one refund; unknown
// numbers are answers; a paid charge is never closed; only what the channel signed is a *Refusal or
// a notice; a call whose answer was lost may be asked again; a call ends with its context.
package channeltest

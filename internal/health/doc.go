// Package health watches the lanes of a server: the loops that must go on for its work to be done,
// such as the claims of a job, the sequencer and the feed's poll.
//
// It owns what is known of each lane - whether its rounds end well, and since when they do not -
// and the log of that: one line when a lane begins to fail, one when it is late, one when it is
// well again, however often it fails in between. It does not bound the rounds; whoever runs a lane
// does.
//
// Invariant: a lane is late only while it has not ended a round well for the limit. One that rests
// is never late.
package health

// Package document holds the JSON documents that columns keep whole: the shares of a line, a shop's
// policy, the rules of promotions, benefits and freight, an address, what an event says.
//
// It owns shapes, and the defaults and bounds of a policy: what they mean belongs
// to the nouns. A document is replaced as a whole and never changed in place; a missing field has
// its zero value, so that adding one is no migration.
package document

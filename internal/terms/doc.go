// Package terms holds the closed vocabularies of the trade that are not states (who funds a
// discount, how stock is deducted, which logistics class a sku has) and the small frozen values
// that columns keep whole, such as the shares of a line.
//
// It owns names and shapes only. What a status is and how it changes belongs to lifecycle; what a
// promotion does belongs to pricing. Every value is spelled alike in Go, in the database and in the
// SDL; a test compares them.
package terms

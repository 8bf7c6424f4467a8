// Package replay drives a running server with the Online Retail data set: real invoices of a shop,
// each an order at its time, from the quote to the end of the return window, and the cancellations
// of what was bought before, each a few after-sale requests at its time.
//
// It is a client like any other. It reads a file, makes a Plan of it, and carries the plan out
// through the public API, paying at the sandbox channel and telling the sandbox courier what
// happens to parcels, as a mini-program and a courier would. It opens no database and calls no code
// of the server.
//
// What it sells and for how much is the file's; which shop and warehouse has a sku is a fixed hash
// of its code. What the summary counts was read back from the server in the end; only latencies
// are the client's.
//
// Invariants:
//   - Rows read = rows replayed + rejected; each rejected row is told with its reason.
//   - No unit is cancelled twice, and none that was not bought before by the same customer.
//   - Every mutation that is not its own repetition has a key made of the file's contents, the
//     invoice and the step. So the same command continues where another was broken off, and nothing
//     is done twice.
//   - How many workers there are, on which database, and how often the server was killed does not
//     change what is counted.
//   - Orders of one customer are placed one after the other, and so are the requests about them;
//     the clock moves only while nothing else is under way.
package replay

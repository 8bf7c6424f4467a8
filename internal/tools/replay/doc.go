// Package replay drives a running server with the Online Retail data set: real invoices of a shop,
// each an order at its time, from the quote to the end of the return window, and the cancellations
// of earlier purchases, each one or more after-sale requests at its time.
//
// It is a client of the public API. It reads a file into a Plan and executes the plan, paying at
// the sandbox channel and sending tracking events through the sandbox courier, as a mini-program
// and a courier would. It opens no database and calls no code of the server.
//
// What is sold at which price comes from the file; the shop and the warehouse of a sku are a fixed
// hash of its code. The counts of the summary are read back from the server at the end; only the
// latencies are measured by the client.
//
// Invariants:
//   - Rows read = rows replayed + rejected; each rejected row has a reason.
//   - No unit is cancelled twice, and none that the same customer has not bought before.
//   - Every mutation that is not idempotent by itself has a key made of the file's contents, the
//     invoice and the step. So the same command continues an interrupted one, and nothing is done
//     twice.
//   - The counts do not depend on the number of workers, the database, or interruptions.
//   - Orders of one customer are placed one after the other, and so are the requests about them;
//     the clock moves only while no job runs.
package replay

// Package bill compares the bills 对账单 of payment channels with what is kept here, day by day, and
// owns what it finds: the lines that were compared and the differences.
//
// It is the last net under lost notices: a query answers about an attempt, a bill names every
// transaction. What a bill names and is not known here is settled by payment.Payments as if its
// notice had come, so verdicts and refunds are those of package payment. What no rule puts right is
// a difference: staff are alarmed once, the shops of the order are told by an event of their own,
// and staff note what they found out.
//
// Each channel has one row for each of its days, the intent to compare it. A row is made when that
// of the day before is first run, so days on which no server ran are compared later, up to ninety
// of them. A page of lines is looked up and settled, then stored in one transaction with its
// differences and the place in the bill; a server that dies in between has settled what is settled,
// and the next one goes on from the place. Only who finds the place as it was may store.
//
// Invariants:
//   - What a finished bill names is in the books with its amount, or there is a difference.
//   - What was paid or refunded on the day of a finished bill is in the bill, or there is a
//     difference.
//   - A difference is found once: one row, one alarm, one event for each shop concerned.
package bill

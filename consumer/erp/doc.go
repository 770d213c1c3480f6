// Package erp translates an ERP's CSV exports into contract events: who has only a list of open items, or of invoices and
// payments, can start with that.
//
// A [Mapping] says how the export is written: encoding, separators, date forms, which column holds what, and what the
// ERP's own codes mean. An [Import] reads files through it. A row is converted whole or is left out with every fault that
// it has ([Fault]); no fault stops a file, but for a file of which no line names the mapped columns. What it makes is what
// any publisher would send: each event passes the contract's own decoder before it is handed out, and the summary
// ([Summary]) adds the money up so that it can be ticked off against the ERP.
//
// # Open items
//
// A list of open items tells what is open and nothing of what was paid before, so an item becomes these registers:
//
//   - an invoice or debit note of its full amount, and, where less is open, one payment `<document>/paid` of the
//     difference: "so much of it has been settled by then";
//   - a credit note or payment of what is open of it.
//
// An item that is on the list of last time and no longer on this one was settled in between: `<document>/paid` rises to
// its full amount, dated with the new list, and a credit that has gone is set to zero, because the money that it brought
// now stands in the `<document>/paid` of what it was set against. So the open total is the list's, to the cent, whatever
// had been set against what. The price is the date: the customer has paid by the new list's date at the latest, so with
// weekly lists everybody seems up to a week late. Who needs the days imports a ledger with payments.
//
// Only comparing two lists shows what has gone. Without the previous list nothing is concluded from absence.
//
// # Repeats
//
// Everything is derived from the files: ids are the documents', the revision is that of the export ([Import].Revision) for
// all of its events. The same file again gives the same events, which change nothing; a newer export goes before an older
// one, in whatever order they are sent.
//
// # Why
//
// What is absent could be read as cancelled, credited or paid. Cancelled would take it out of sales, credited out of what
// is known of paying; nearly all that leaves a list of open items was paid, so it counts as paid.
//
// Revisions by counting up would need a memory of earlier imports; hashes of the content have no order. The date of the
// export has one, and is what people compare exports by.
//
// encoding/csv is not used: after a quote that nobody closes it takes the rest of the file for one field, where a fault in
// that line and every further fault are wanted; and lists with columns set off by bars have no quotes at all.
package erp

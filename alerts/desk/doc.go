// Package desk is the review desk on HTTP: what Tocsin knows of customers and what it wants people to look at, for programs.
//
// [API] answers below /api/v1. What can be asked stands in the table of routes and, for whoever writes a client, in openapi.json, which
// is served; tests hold one to the other, and every answer that they get to the document. The package reads nothing itself: records come
// from [Customers], which cmd/tocsin makes of the store, and are sent as they are stored or as the contract has them.
//
// # Who may ask
//
// A token, of which the file keeps the SHA-256 alone, has a name and scopes. All are compared whatever is sent, so that the time of an
// answer tells nothing. Without a file whoever is on this machine may read, if the listener is reached from nowhere else and was asked by
// a name of this machine: a page of the web that has its own name lead here gets no answer. Nobody acts without a token, for the audit
// names who acts.
//
// # Acts
//
// An act names the seq of the task that was seen (If-Match), and the commit that takes it holds it to that: a check before would let two
// through. Whoever was not first is told so before anything else is held against what he wants. It names itself, too (Idempotency-Key):
// the key is the commit's request id, so it is taken once, and its answer is made of the row that the same commit has added to the audit, so
// it is the first one however late it is asked for again. A key under which the audit has another act is refused.
//
// What somebody tells of a customer is an act with nothing seen before it: a contact a second later does no harm to the first. What has
// landed under its key is answered before it is looked at, for what was right yesterday may not fit today. Who may not act is refused, and
// the audit has that he wanted to.
//
// # What goes wrong
//
// Everything that is no answer is a [Problem] of a closed list of types (RFC 9457). What an error says is in the log and not told: it may
// quote a customer. Who is not known learns nothing else, not even which paths there are.
//
// # Why
//
// Records are folded from the newest snapshot and the journal rows since, not read from the table of figures: that has them as of the last
// close, and what is asked here is how a customer stands now. It costs a load of each customer, so four requests are worked on at
// once and the others wait: steps go first.
//
// A page begins after a key, not at a number, so nothing is told twice or left out because something came in before it.
package desk

// Package detectors holds the signs that Tocsin looks for, each a pure function of a customer as of a day.
//
// A detector is one file: the doc comment that analysts read (see [Doc]), the thresholds as fields declared once with
// bounds and doc, and Evaluate. It has no memory of its own: what stands, since when, what a person was told, and what
// a detector wants kept from one close to the next, belongs to package alerts. [All] lists them; a [Set] says which of them judge a customer, and with which thresholds.
//
// A detector refuses to guess. What needs an exchange rate, a limit or a history that is not known is not evaluable, which
// is an answer of its own and no all-clear.
//
// A [Custom] sign is defined in the configuration: conditions over [Features], of which README.md has the table.
//
// # Why
//
// Ways out are searched, not solved for. What clears an alert is the least amount after which the detector's own ladder
// stands lower, found by bisection; a formula per rung would be a second statement of the thresholds, and wrong by a cent
// some day. It costs some sixty evaluations of a ladder, and only when somebody is told.
//
// They take the level as having stood when a day closed. What rose today goes for less, but a person who reads of it
// tomorrow would then be told too little. Where what is late gets later while the hold runs, they are what lasts until its end.
//
// What a level needs is said twice: by Evaluate, which runs for every customer, and for who asks by an [Explainer], as
// conditions with their gaps. A ladder made of conditions would say it once, and make lists for millions of quiet customers to
// read one word of. A property holds the one against the other.
//
// A limit is raised by its base: temporary increases stay on top, so the amount told is what to set, not what results.
//
// A segment's condition is a small part of the expression language, let through node by node. A list of what is forbidden
// would have to grow with the language.
//
// A condition of a custom sign is let through the same way, but not run by the language: it computes with floats, and does not
// know what it does not know.
//
// A segment whose condition reads what is not known of a customer does not match it: an unknown age is not a young one.
package detectors

// Package alerts tells how signs that come and go become alerts, cases, review tasks and messages that people act on.
//
// [Judge.Step] is pure: a record with its events applied goes in, and what is owed comes out. The record's Episodes and
// Told change; nothing else does, and nothing is sent, stored or looked up.
//
//	rule sets ── verdicts ──▶ episodes ── levels that changed ──▶ transitions ──▶ case and task ──▶ message
//	            (detectors)   (closed, now)                                       ▲
//	                                                                   decisions ─┘
//
// The life of an alert (raise at once, hold before clearing, escalate, retract after a correction) is here once for all
// signals. A record keeps each episode twice: as it stood at the last close, and now. Every evaluation computes now from
// the closed one and today's facts, never from the evaluation before it.
//
// On a day that was opened without an input, no signal rises that news of it could clear: nobody knows what was paid. What stands
// goes on as ever, and once the input is complete everybody is judged.
//
// A customer has at most one case, and a case one review task. Both follow from the live alerts at warning and above;
// the record keeps of them only the day on which the case opened and what people did.
//
// What people do is a [Decision], a cause of change as an event is: a task is acknowledged, decided, put off, handed on. One that is put
// off comes back by itself, on a day and not at an instant. A signal about which nothing is to be done stays out of the case for a while;
// its alerts are told all the same.
//
// A case is told by a [CaseMessage]; many at once, after a long past, by a [Summary].
//
// How often something was told (the seq of alert, case and task), and when, depends on how a day's events were batched. It is kept
// apart, in Told. Nothing is made of it but numbers, and deadlines in working time: see [SLA].
//
// # Why closed and now, and not a state machine fed by events
//
// Inside a day the order of events does not matter and must not: topics interleave differently each time. A machine that
// goes from state to state remembers which way it came. An episode computed anew from the last close has no way.
//
// # Why past days are judged again
//
// A correction can show that an alert was never right. Whether it was is asked of the detectors, as of each day since the
// level was reached, with the facts known now. The alternative, to keep what each day's verdict rested on, would keep a
// copy of the ledger for every open alert.
package alerts

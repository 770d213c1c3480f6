// Package replay plays recorded events through the live engine: the backtest of a ledger kept in files.
//
//	files ─▶ blocks of lines ─▶ decoders ─▶ sequencer ─ chapters of days ─▶ lanes by customer ─▶ one definite log
//
// Lines are played by the instant at which they were known. Input that is in day order is streamed: only a few chapters are
// in memory besides the customers. Other input is read whole first and put in day order. The decoders and the lanes run
// beside each other; customers never touch each other's records, and those whom merges relate live in one lane, so the number
// of workers changes nothing.
//
// Records of one customer that were known at the same instant are one step, in the order (known_at, source, id). That
// makes a backtest one definite log, where a live run may take the same events of a day in any order and agrees with it
// only on what stood at each close.
//
// What is systemic is found on every day as a run finds it that lives through that day. A run that reads a past, in its first load or after
// more than a day's standstill, raises no alert of it, for nothing is sent of each case then: there, and where a person lets messages go, its
// alerts of everybody are other ones than a backtest's. No verdict depends on them.
package replay

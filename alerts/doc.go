// Package alerts tells how signs that come and go become alerts, cases, review tasks and messages that people act on.
//
// The life of an alert (raise at once, hold before clearing, escalate, retract after a correction) is here once for all
// signals. A record keeps each episode twice: as it stood at the last close, and now. Every evaluation computes now from
// the closed one and today's facts, never from the evaluation before it.
package alerts

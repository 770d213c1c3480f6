// Package simulator invents a portfolio of business customers for the demo, for tests and for benchmarks: most pay on
// time, a few are habitually late, and some deteriorate in ways that are planted on purpose and labelled, so that a test
// can ask whether they were heard.
//
// A portfolio is a function of its seed and first day alone. The same day always has the same events, whenever and in
// whatever process it is asked for, so a demo that is started again goes on as if it had never stopped.
//
// The package refuses to judge: it knows what it planted and not what Tocsin makes of it. It publishes nothing; the
// caller encodes the events and sends them where they belong.
package simulator

// Package contract is what publishers and Tocsin have agreed on: it turns the bytes of a CloudEvents document into a
// [state.Event], or says what is wrong with them.
//
// A [Decoder] reads a document in one pass. What it knows of the types stands in tables ([typeInfo], [table], [field]):
// name, kind of value, whether it is required, bounds, and where the value goes. Decoding, encoding and what is said about
// a fault all read the same tables, so that they cannot disagree. So do the JSON Schemas ([Schema]) and what [Guide] writes
// for publishers: a page, Markdown, and an AsyncAPI document. A type's [Examples] stand in a text file each, and are tests.
//
// It refuses, never repairs: a document is accepted whole or is a [Reject] with one code of a closed list ([Code]), a
// JSON Pointer and a sentence. Unknown members and unknown values of open enums are no fault; they are counted and kept in
// [state.Stamp].Canonical, and what ext says in Ext.
//
// [Decoder.Decode] reads the structured form, which a line of a file has too, and [Decoder.DecodeRecord] each of the three
// forms that a Kafka record may have. The forms differ in where things stand, never in what is accepted.
//
// # Ownership
//
// A Decoder belongs to one goroutine. The events it returns own their strings and bodies and outlive the bytes they were
// read from, but they share blocks of memory with their neighbours: one event that is kept keeps a block of 64 KiB of text
// and 128 bodies. With Reuse set a body is valid until the next call only.
//
// # Why
//
// One pass and no tree: encoding/json needs more than ten times as long and dozens of allocations per event. The same
// code finds all faults: a fault is noted with its offset and decoding goes on, so that the good path carries no pointers
// and no messages. The JSON Pointer is found afterwards by walking to that offset. Only a breach of JSON's own grammar
// stops, since after it nobody can say what the rest means.
//
// Publishers are programs, and write documents alike. A [mould] keeps what stood between the values of one, so that the next
// is compared rather than parsed; only the values are read. It saves a third of the time, and falls back to the long way,
// never to a guess. The rejected way to the same speed is one hand-written reader per type.
//
// Strings are copied out of a block of text, and those that recur (customers, sources, terms) go through a table of fixed
// size first. Rejected: strings that alias the input (they would keep whole files alive), a map of all ids (it grows for
// ever), unsafe.
package contract

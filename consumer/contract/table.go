package contract

import (
	"encoding/binary"

	"tocsin/state"
)

// kind is the kind of value that a member takes.
type kind uint8

const (
	// Those that are written as a string.
	kindID          kind = iota // a string of 1 to MaxID characters
	kindText                    // a string
	kindEnum                    // one of field.values, kept as its number
	kindWord                    // one of field.values, kept as it is written
	kindDecimal                 // a plain decimal
	kindCurrency                // an ISO 4217 code
	kindVersion                 // the envelope's own: specversion
	kindType                    // type
	kindSource                  // source
	kindSubject                 // subject
	kindMoneyAmount             // money's own: amount
	kindMoneyCode               // currency
	kindDate                    // YYYY-MM-DD; it and those that follow are read by readers of their own, if they are plain
	kindInstant                 // RFC 3339
	// The others.
	kindMoney       // an object of amount and currency
	kindLimitAmount // money, or null for a limit that is withdrawn
	kindInteger     // an integer literal within field.low and field.high
	kindBool        //
	kindObject      // an object of field.items
	kindIDs         // an array of ids
	kindDues        // arrays of objects of field.items
	kindAllocations //
	kindIdentifiers //
	kindData        // the envelope's own: data
	kindAny         // anything: kept, never interpreted
)

// lastText is the last kind that is written as a string.
const lastText = kindInstant

// wants says, for each kind, what a publisher should give.
var wants = [...]string{
	kindAny:         "any value",
	kindText:        "a string",
	kindID:          "an id, a string of 1 to 128 characters",
	kindDate:        `a date such as "2026-11-20"`,
	kindInstant:     `an instant such as "2026-11-20T09:14:03Z"`,
	kindInteger:     "an integer such as 1",
	kindBool:        "true or false",
	kindDecimal:     `a decimal string such as "0.75"`,
	kindMoney:       `money such as {"amount":"18420.50","currency":"EUR"}`,
	kindLimitAmount: `money such as {"amount":"18420.50","currency":"EUR"}, or null for a limit that is withdrawn`,
	kindCurrency:    `a currency code such as "EUR"`,
	kindEnum:        "a string",
	kindWord:        "a string",
	kindObject:      "an object",
	kindIDs:         "an array of ids",
	kindDues:        "an array of objects",
	kindAllocations: "an array of objects",
	kindIdentifiers: "an array of objects",
	kindVersion:     `"1.0"`,
	kindType:        `a type such as "tocsin.invoice.issued.v1"`,
	kindSource:      `a URI reference such as "urn:acme:erp"`,
	kindSubject:     "the customer id",
	kindData:        "an object",
	kindMoneyAmount: `a decimal string such as "18420.50"`,
	kindMoneyCode:   `a currency code such as "EUR"`,
}

// field is one member of an object: what it may hold and where it goes. Which of the accessors is set follows from kind.
// They return places inside the target, so that the encoder reads what the decoder writes.
type field struct {
	name     string
	doc      string // for publishers: meaning, unit, when to send it, what holds when it is left out
	kind     kind
	required bool
	unique   bool     // the text hardly ever recurs, so it is not looked up among known ones
	closed   bool     // an unknown value of an enum is refused; else it counts as other
	values   []string // of an enum; the number of the first is 1, that of other follows the last
	low      int64
	high     int64
	part     bool   // of a decimal: at most 1
	positive bool   // of a decimal: more than 0
	items    *table // members of an object or of the objects of an array

	text        func(*target) *string
	date        func(*target) *state.Date
	instant     func(*target) *state.Instant
	integer     func(*target) *int64
	flag        func(*target) *state.Flag
	money       func(*target) *state.Money
	withdrawn   func(*target) *bool
	currency    func(*target) *state.Currency
	enum        func(*target) *uint8
	enter       func(*target) // makes an object of items the target
	ids         func(*target) *[]string
	dues        func(*target) *[]state.DueAmount
	allocations func(*target) *[]state.Allocation
	identifiers func(*target) *[]state.Identifier
}

// target is what a document is decoded into: the body of its type, and the object inside it that is being read.
type target struct {
	envelope
	customer string
	revision int64
	entity   string

	slots

	due        *state.DueAmount
	allocation *state.Allocation
	identifier *state.Identifier
	amount     amountText
}

// table is the members of one object. Names are found by a hash without collisions.
type table struct {
	fields   []field
	leads    []lead // by index into fields
	number   int    // of the habit that decoders keep of it; 0: none that is worth much
	required uint64 // bit per field
	factor   uint32
	slots    [128]uint8 // 1 + index into fields
}

// newTable finds the hash for the fields' names. Fields beyond 64, and names that share length and three
// letters (a quarter in, the middle one, the last), are a programmer's error.
func newTable(fields ...field) *table {
	t := &table{fields: fields, leads: make([]lead, len(fields))}
	if len(fields) > 64 {
		panic("contract: a table of more than 64 fields")
	}
	for i, f := range fields {
		t.leads[i] = leadOf(`"` + f.name + `":`)
		if f.required {
			t.required |= 1 << i
		}
	}
	for n := range uint32(1 << 20) {
		t.factor = 2*n*2654435761 + 1
		if t.fill() {
			return t
		}
	}
	panic("contract: no hash without collisions for the table of " + fields[0].name)
}

func (t *table) fill() bool {
	t.slots = [128]uint8{}
	for i, f := range t.fields {
		slot := &t.slots[t.slot([]byte(f.name))]
		if *slot != 0 {
			return false
		}
		*slot = uint8(i + 1)
	}
	return true
}

func (t *table) slot(name []byte) uint32 {
	n := len(name)
	if n == 0 {
		return 0
	}
	x := uint32(n) | uint32(name[n>>2])<<8 | uint32(name[n>>1])<<16 | uint32(name[n-1])<<24
	return x * t.factor >> 25
}

// find is the index of a member, -1 for a name that the table does not have.
func (t *table) find(name []byte) int {
	i := int(t.slots[t.slot(name)]) - 1
	if i >= 0 && t.fields[i].name == string(name) {
		return i
	}
	return -1
}

// habit is in which order a publisher writes the members of an object: for each, and for the beginning, 1 + index of the
// member that came next the last time; 0: not known. Publishers have their order and keep to it, so that most names need
// not be looked up but only compared.
type habit [65]uint8

// lead is a text before a value, such as ,"name": with its first bytes as numbers, and masks for those of them that it has.
type lead struct {
	text         string
	words, masks [window / 8]uint64
}

// window is how many bytes are compared at once. Few leads are longer.
const window = 24

func leadOf(text string) lead {
	l := lead{text: text}
	for i, c := range []byte(text[:min(len(text), window)]) {
		l.words[i/8] |= uint64(c) << (i % 8 * 8)
		l.masks[i/8] |= 0xFF << (i % 8 * 8)
	}
	return l
}

// opens tells whether a lead that is not longer than a window stands at p, and a window of text. If it does not, stands may
// still find the lead there. That p is not negative, which it never is, spares the checks that reading would make.
func (l *lead) opens(b []byte, p int) bool {
	if p < 0 || p > len(b)-window || len(l.text) > window {
		return false
	}
	w := (*[window]byte)(b[p : p+window])
	return (binary.LittleEndian.Uint64(w[0:])^l.words[0])&l.masks[0]|(binary.LittleEndian.Uint64(w[8:])^l.words[1])&l.masks[1]|
		(binary.LittleEndian.Uint64(w[16:])^l.words[2])&l.masks[2] == 0
}

// stands tells whether the lead stands at p, and something after it.
func (l *lead) stands(b []byte, p int) bool {
	end := p + len(l.text)
	return end < len(b) && string(b[p:end]) == l.text
}

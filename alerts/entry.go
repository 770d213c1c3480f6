package alerts

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tocsin/state"
)

// Entry is what a person tells of a customer that no publisher has: it becomes an event of the contract. He is asked for what it needs
// by day and word, and not for ids.
type Entry struct {
	Action   Action // Contact, Promise, Note, AskLimit, GrantLimit, ApproveLimit, DeclineLimit
	By       string // the person; never empty
	TaskID   string // the review task that he had before him; empty: none
	Seen     int64  // its seq
	Day      state.Date
	Until    state.Date     // Promise: by when it is to be paid. AskLimit, GrantLimit: the last day of the limit
	Amount   string         // Promise, AskLimit, GrantLimit: a decimal as the contract has it
	Currency state.Currency // of the amount: the customer's own
	Channel  string         // Contact: one of ContactChannels
	Outcome  string         // Contact: one of ContactOutcomes
	Inbound  bool           // Contact: it was the customer who made it
	Sign     string         // Note: one of NoteSigns
	Text     string         // Note: what he saw. AskLimit, GrantLimit: why. DeclineLimit: the same, or empty

	// Ask is what ApproveLimit and DeclineLimit answer: the id of the document that AskLimit became. What was asked for, and of whom,
	// the answer takes from there.
	Ask string
}

// Bounds of what a person tells, in days from the one on which he does.
const (
	OldestContact = 90  // so long ago at most
	LatestPromise = 366 // so far ahead at most
	LongestLimit  = 90  // what is to stand for longer is no temporary limit
)

// MostText is how many characters a text holds at most.
const MostText = 500

// ContactChannels are the ways of a contact, as the contract names them.
func ContactChannels() []string { return []string{"phone", "email", "letter", "visit", "portal"} }

// ContactOutcomes are what may come of a contact.
func ContactOutcomes() []string {
	return []string{"reached", "no_answer", "voicemail", "no_reply", "refused", "undeliverable"}
}

// ContactDirections tell who made a contact: the seller, or the customer.
func ContactDirections() []string { return []string{"outbound", "inbound"} }

// NoteSigns are what a person may have seen.
func NoteSigns() []string {
	return []string{"price_dumping", "layoffs", "lost_key_customer", "rumour", "premises", "disaster", "no_accounts", "other"}
}

// Entries are what people tell of a customer, in the order in which they are offered.
func Entries() []Action { return []Action{Contact, Promise, Note, AskLimit, GrantLimit} }

// Answers are what a second person says to who asks for a limit.
func Answers() []Action { return []Action{ApproveLimit, DeclineLimit} }

// Answers tells whether the action is one of them.
func (a Action) Answers() bool { return slices.Contains(Answers(), a) }

// Fields of an entry that a person fills in.
const (
	FieldDay     = "day"
	FieldUntil   = "until"
	FieldAmount  = "amount"
	FieldChannel = "channel"
	FieldOutcome = "outcome"
	FieldSign    = "sign"
	FieldText    = "text"
	FieldAsk     = "ask"

	FieldDirection = "direction" // one of ContactDirections; outbound where it is left
)

// Misfit is a field of an entry that cannot be as it is.
type Misfit struct {
	Field string // one of the Field names
	Why   Saying // fills in currency and days
	Days  int    // what bounds it, if days do
}

// decimal is an amount as a person has to write it: nothing groups its digits, so that nothing can be taken for the decimal point.
var decimal = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$`)

// Misfits are the fields of an entry that cannot be as they are, told on a day. Whether the rest satisfies the contract, its decoder
// tells.
func (e *Entry) Misfits(today state.Date) (all []Misfit) {
	bad := func(field string, why Saying, days int) { all = append(all, Misfit{field, why, days}) }
	text := utf8.RuneCountInString(strings.TrimSpace(e.Text))
	switch e.Action {
	case Contact:
		if e.Day > today || e.Day < today-OldestContact {
			bad(FieldDay, SayBadContactDay, OldestContact)
		}
		if !slices.Contains(ContactChannels(), e.Channel) {
			bad(FieldChannel, SayChoose, 0)
		}
		if !slices.Contains(ContactOutcomes(), e.Outcome) {
			bad(FieldOutcome, SayChoose, 0)
		}
	case Promise:
		if e.Until < today || e.Until > today+LatestPromise {
			bad(FieldUntil, SayBadPromiseDay, LatestPromise)
		}
	case Note:
		if e.Sign != "" && !slices.Contains(NoteSigns(), e.Sign) {
			bad(FieldSign, SayChoose, 0)
		}
	case AskLimit, GrantLimit:
		if e.Until < today || e.Until > today+LongestLimit {
			bad(FieldUntil, SayBadLimitDay, LongestLimit)
		}
	}
	if e.Action.Answers() != (e.Ask != "") {
		bad(FieldAsk, SayChoose, 0)
	}
	if e.needsAmount() && !e.goodAmount() {
		bad(FieldAmount, SayBadAmount, 0)
	}
	if e.needsText() && text == 0 || text > MostText || strings.ContainsRune(e.Text, 0) || !utf8.ValidString(e.Text) {
		bad(FieldText, SayBadText, MostText)
	}
	return all
}

func (e *Entry) needsAmount() bool { return e.Action == Promise || e.Action.limits() }
func (e *Entry) needsText() bool   { return e.Action == Note || e.Action.limits() }
func (a Action) limits() bool      { return a == AskLimit || a == GrantLimit }

// goodAmount tells whether the amount is more than nothing and exact in its currency.
func (e *Entry) goodAmount() bool {
	_, fraction, _ := strings.Cut(e.Amount, ".")
	return decimal.MatchString(e.Amount) && strings.Trim(e.Amount, "0.") != "" && e.Currency != 0 && len(fraction) <= e.Currency.Scale()
}

// Money is the amount; none of a currency that is not known, or where it is no amount.
func (e *Entry) Money() state.Money {
	if !e.goodAmount() {
		return state.Money{}
	}
	whole, fraction, _ := strings.Cut(e.Amount, ".")
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", e.Currency.Scale()-len(fraction)), 10, 64)
	if err != nil {
		return state.Money{}
	}
	return state.Money{Minor: minor, Currency: e.Currency}
}

package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/state"
)

// storyCustomer is whom a line is about that names nobody.
const storyCustomer = "C-1"

const storyManual = `A line of the section events is a business date and what happened on it. It becomes known on that date at 09:00 in
ledger time, or when it says so; lines of a customer that become known at one instant are one step.

  DATE [known DATE] [HH:MM] [CUSTOMER:] WHAT ...

  invoice ID AMOUNT due DATE [original due DATE] [discount until DATE] [instalment AMOUNT due DATE]...
          [retention AMOUNT due DATE] [delivered DATE] [batch ID] [replaces ID] [sold [with recourse]]
  payment ID AMOUNT [for INVOICE [AMOUNT]]... [by cheque | by direct debit] [by bill | by bank bill [until DATE]]
          [uncleared] [debit END-TO-END-ID] [deposit for ORDER] [as the customer chose] [reference TEXT]
  applied PAYMENT for INVOICE [AMOUNT] [less retention|tax|fee|exchange|instalments]...
  return PAYMENT AMOUNT [CODE] [for INVOICE AMOUNT]...
  credit note ID AMOUNT [for INVOICE [AMOUNT]]... [withdrawn]
  cancel invoice ID          cancel order ID          write off INVOICE AMOUNT
  order ID AMOUNT [deliver DATE] [delivered AMOUNT] [invoiced AMOUNT] [prepaid AMOUNT] [held] [closed] [project]
  limit AMOUNT|withdrawn [id ID] [until DATE] [review DATE] [soft]
  temporary limit ID AMOUNT|withdrawn [until DATE]
  profile [kind KIND] [segment NAME] [country CC] [currency CCC] [number REGISTER-NUMBER] [manager NAME] [since DATE]
  dispute ID AMOUNT of INVOICE...            close dispute ID [accepted [AMOUNT]]
  plan ID of INVOICE... line AMOUNT due DATE... [asked | completed]
  promise ID AMOUNT by DATE [of INVOICE]... [withdrawn]
  contact ID CHANNEL OUTCOME [inbound]
  request ID WHAT [by seller]                (moratorium, due_date_extension, limit_increase, ...)
  cover ID AMOUNT [collateral] [ratio RATIO] [until DATE]
  registry KIND SUBJECT|- [ended] [retracted] [amount AMOUNT] [detail WORD] [share RATIO] [notches N] [of REGISTER-NUMBER]
  grade ID excellent | good | fair | watch | bad
  note ID SIGN               (layoffs, rumour, ...)
  rate CCC/CCC RATE
  end

A promise that is told again is changed on that line's date, unless it says "changed DATE". A contact's channel is phone, email,
letter, visit or portal; its outcome is reached, no_answer, voicemail, no_reply, refused or undeliverable.

What is told again is the next revision of the same document; its date stays. Any line may say "dated DATE", the document's
own date, and "revision N". An AMOUNT is in euros unless a currency follows: 1000 JPY.
A rate is what one unit of the first currency is worth in the second; it is in force from the next day on.
A profile names the register number that is the customer's id, and registry news is of that number, unless they say otherwise.

A line of the section want is a transition: DATE [CUSTOMER:] SIGNAL FROM -> TO, and the sentence, which may be left out.
A line of a section state is a member of the customer record and its value: ageing.1_30 300.00.`

// storyScript is the events of a story.
type storyScript struct {
	events []state.Event
	lines  []int      // of each event, in the file
	end    state.Date // the day that is closed last; zero: that of the last line
}

// storyReader reads lines into a script. What it remembers of earlier lines saves the writer from saying it again.
type storyReader struct {
	storyWords
	script    storyScript
	zone      *time.Location
	customer  state.CustomerID
	date      state.Date            // of the line
	revisions map[string]int64      // by register: the last one told
	dates     map[string]state.Date // by register: the document's date
	amounts   map[string]state.Money
}

// readScript reads the lines of a section of events that begins below a line of a file; place is the format of that
// file's positions.
func readScript(zone *time.Location, place string, above int, text string) (*storyScript, error) {
	r := &storyReader{
		zone: zone, revisions: map[string]int64{}, dates: map[string]state.Date{}, amounts: map[string]state.Money{},
	}
	number := above
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		r.storyWords = storyWords{words: strings.Fields(line)}
		r.line(number)
		if r.err != nil {
			return nil, fmt.Errorf(place+"%w", number, r.err)
		}
	}
	return &r.script, nil
}

// line reads one line.
func (r *storyReader) line(number int) {
	r.date = r.day()
	known, hour, minute := r.date, 9, 0
	if r.take("known") {
		known = r.day()
	}
	if clock, err := time.Parse("15:04", r.peek()); err == nil {
		r.next("a time")
		hour, minute = clock.Hour(), clock.Minute()
	}
	r.customer = storyCustomer
	if name, named := strings.CutSuffix(r.peek(), ":"); named {
		r.next("a customer")
		r.customer = state.CustomerID(name)
	}
	if r.take("end") {
		r.script.end = r.date
		r.done()
		return
	}
	for _, verb := range storyVerbs {
		if !r.take(verb.words) {
			continue
		}
		body := verb.read(r)
		if r.done(); r.err == nil {
			year, month, day := known.Civil()
			at := state.InstantOf(time.Date(year, time.Month(month), day, hour, minute, 0, 0, r.zone))
			r.script.events = append(r.script.events, r.event(verb.kind, body, at))
			r.script.lines = append(r.script.lines, number)
		}
		return
	}
	r.fail("%q is nothing that a story can tell", r.peek())
}

// event is a body as the next revision of its register.
func (r *storyReader) event(kind state.Kind, body state.Body, at state.Instant) state.Event {
	customer, register := r.customer, r.register(kind, body.Key())
	if kind == state.KindRegistry || kind == state.KindRate {
		customer = ""
	}
	r.revisions[register]++
	if r.revision != 0 {
		r.revisions[register] = r.revision
	}
	revision := r.revisions[register]
	id := body.Key()
	if news, ok := body.(*state.RegistryFact); ok {
		id = strings.TrimSuffix(news.Type+" "+news.SubjectID, " ")
	}
	return state.Event{Kind: kind, Customer: customer, KnownAt: at, Body: body, Stamp: state.Stamp{
		Revision: revision, Time: at, ID: id + "/" + strconv.FormatInt(revision, 10), Source: "urn:story",
	}}
}

func (r *storyReader) register(kind state.Kind, key string) string {
	return fmt.Sprintf("%s %d %s", r.customer, kind, key)
}

// dated is the date of a document: that of the line which first told of it, unless a line says otherwise.
func (r *storyReader) dated(kind state.Kind, key string) state.Date {
	register := r.register(kind, key)
	switch {
	case r.own != 0:
		r.dates[register] = r.own
	case r.dates[register] == 0:
		r.dates[register] = r.date
	}
	return r.dates[register]
}

// storyWords is what is left of a line. The first fault stays.
type storyWords struct {
	words    []string
	own      state.Date // the document's own date, if the line says one
	revision int64      // the revision, if the line says one
	err      error
}

func (w *storyWords) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
	w.words = nil
}

func (w *storyWords) peek() string {
	if len(w.words) == 0 {
		return ""
	}
	return w.words[0]
}

func (w *storyWords) next(what string) string {
	if len(w.words) == 0 {
		w.fail("%s is missing at the end of the line", what)
		return ""
	}
	word := w.words[0]
	w.words = w.words[1:]
	return word
}

// take takes a phrase if it comes next.
func (w *storyWords) take(phrase string) bool {
	words := strings.Fields(phrase)
	if len(words) > len(w.words) {
		return false
	}
	for i, word := range words {
		if w.words[i] != word {
			return false
		}
	}
	w.words = w.words[len(words):]
	return true
}

// more tells whether an option is left to read, and reads those that every line may have.
func (w *storyWords) more() bool {
	for {
		switch {
		case len(w.words) == 0:
			return false
		case w.take("dated"):
			w.own = w.day()
		case w.take("revision"):
			w.revision = w.integer()
		default:
			return true
		}
	}
}

// strange refuses the next word.
func (w *storyWords) strange() {
	w.fail("%q is not understood here; see tocsin story --help", w.peek())
}

// done refuses what is left.
func (w *storyWords) done() {
	if w.more() {
		w.strange()
	}
}

func (w *storyWords) day() state.Date {
	word := w.next("a date")
	d, ok := state.ParseDate(word)
	if !ok {
		w.fail("%q is not a date such as 2026-03-31", word)
	}
	return d
}

func (w *storyWords) integer() int64 {
	word := w.next("a number")
	n, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		w.fail("%q is not a whole number", word)
	}
	return n
}

// amount reads an amount, in euros unless a currency follows.
func (w *storyWords) amount() state.Money {
	word := w.next("an amount")
	currency, told := state.ParseCurrency(w.peek())
	if told {
		w.next("a currency")
	} else {
		currency, _ = state.ParseCurrency("EUR")
	}
	whole, decimals, _ := strings.Cut(word, ".")
	missing := currency.Scale() - len(decimals)
	minor, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", max(0, missing)), 10, 64)
	if err != nil || minor < 0 || missing < 0 {
		w.fail("%q is not an amount of %s, which has %d decimals", word, currency, currency.Scale())
	}
	return state.Money{Minor: minor, Currency: currency}
}

// isAmount tells whether an amount comes next.
func (w *storyWords) isAmount() bool {
	return strings.Trim(w.peek(), "0123456789.") == "" && w.peek() != ""
}

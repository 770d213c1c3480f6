package alerts

import (
	"encoding/json"
	"fmt"
	"slices"

	"tocsin/state"
)

// Word is what a person has told of a customer, as the threads of the customer's case tell it: one entry in each, wherever he told it.
type Word struct {
	WordID   string // see WordID
	Seq      int64  // 1; one more once its customer is erased
	Customer state.CustomerID
	CaseID   string // in whose threads it stands
	Owner    string // who has the task of the case; empty: nobody
	Via      string // how it came in, one of the Via names of package state
	At       state.Instant
	Entry    Entry // without task and seq
	Gone     bool  // the customer is erased, and with him what was told
}

// wordKind begins the body of a word, and the ids of words; wordVersion is that of its members.
const (
	wordKind    = "word"
	wordVersion = 1
)

// WordID names a word by the id of the document that it became and the day on which it did: a store that has forgotten the request, after
// months, takes the document once more.
func WordID(document string, day state.Date) string {
	return wordKind + "/" + document + "/" + day.String()
}

// Key names the word and its state.
func (w *Word) Key() state.MessageKey { return state.MessageKey{Case: w.WordID, Seq: w.Seq} }

// Digest tells one state of the word from the next.
func (w *Word) Digest() string { return fmt.Sprintf("%s %d", wordKind, w.Seq) }

// Unname takes out what is told where its customer is erased; as gives the pseudonym of one that is. It tells whether he is.
func (w *Word) Unname(as func(state.CustomerID) (state.CustomerID, bool)) bool {
	pseudonym, gone := as(w.Customer)
	if !gone || pseudonym == w.Customer {
		return false
	}
	*w = Word{WordID: w.WordID, Seq: w.Seq + 1, Customer: pseudonym, CaseID: w.CaseID, Via: w.Via, At: w.At, Entry: Entry{Action: w.Entry.Action}, Gone: true}
	return true
}

// AppendJSON appends the word as one JSON object without a line end, as the outbox keeps it.
func (w *Word) AppendJSON(b []byte) []byte {
	e := &w.Entry
	b = appendStringMember(append(b, '{'), "kind", wordKind)
	b = appendNumberMember(b, "version", wordVersion)
	b = appendStringMember(b, "word_id", w.WordID)
	b = appendNumberMember(b, "seq", w.Seq)
	b = appendStringMember(b, "customer_id", string(w.Customer))
	b = appendStringMember(b, "case_id", w.CaseID)
	b = appendStringMember(b, "owner", w.Owner)
	b = appendStringMember(b, "via", w.Via)
	b = appendNumberMember(b, "at_ns", int64(w.At))
	b = appendStringMember(b, "action", e.Action.String())
	b = appendStringMember(b, "by", e.By)
	b = appendStringMember(b, "day", e.Day.String())
	b = appendStringMember(b, "until", e.Until.String())
	b = appendStringMember(b, "amount", e.Amount)
	b = appendStringMember(b, "currency", currencyText(e.Currency))
	b = appendStringMember(b, "channel", e.Channel)
	b = appendStringMember(b, "outcome", e.Outcome)
	b = append(appendMember(b, "inbound"), fmt.Sprint(e.Inbound)...)
	b = appendStringMember(b, "sign", e.Sign)
	b = appendStringMember(b, "text", e.Text)
	return append(append(appendMember(b, "gone"), fmt.Sprint(w.Gone)...), '}')
}

// currencyText is a currency's code; empty: it is not known.
func currencyText(c state.Currency) string {
	if c == 0 {
		return ""
	}
	return c.String()
}

// ParseWord reads what AppendJSON wrote.
func ParseWord(body []byte) (*Word, error) {
	var m struct {
		Version                int
		WordID                 string `json:"word_id"`
		Seq                    int64
		Customer               string `json:"customer_id"`
		CaseID                 string `json:"case_id"`
		Owner, Via             string
		At                     int64 `json:"at_ns"`
		Action, By, Day, Until string
		Amount, Currency       string
		Channel, Outcome       string
		Inbound                bool
		Sign, Text             string
		Gone                   bool
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, fmt.Errorf("word: %w", err)
	}
	at := slices.IndexFunc(Entries(), func(a Action) bool { return a.String() == m.Action })
	if m.Version != wordVersion || m.Seq < 1 || m.WordID == "" || at < 0 {
		return nil, fmt.Errorf("word of version %d, %s: %w", m.Version, m.WordID, errEncoding)
	}
	w := &Word{WordID: m.WordID, Seq: m.Seq, Customer: state.CustomerID(m.Customer), CaseID: m.CaseID, Owner: m.Owner, Via: m.Via, At: state.Instant(m.At), Gone: m.Gone}
	w.Entry = Entry{Action: Entries()[at], By: m.By, Amount: m.Amount, Channel: m.Channel, Outcome: m.Outcome, Inbound: m.Inbound, Sign: m.Sign, Text: m.Text}
	w.Entry.Day, _ = state.ParseDate(m.Day)
	w.Entry.Until, _ = state.ParseDate(m.Until)
	w.Entry.Currency, _ = state.ParseCurrency(m.Currency)
	return w, nil
}

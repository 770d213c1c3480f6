package alerts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tocsin/state"
)

// Word is what a person has told of a customer, as the threads of the customer's case tell it: one entry in each, wherever he told it. Where
// somebody asks for a limit and there is no case, it is a message of its own. It is kept for [state.RequestDays] once it is told, so an
// ask that nobody has answered by then has lapsed.
type Word struct {
	WordID   string // see WordID
	Seq      int64  // 1; one more once its customer is erased
	Customer state.CustomerID
	CaseID   string // in whose threads it stands; empty: there was none
	Owner    string // who has the task of the case, or where there is none the customer's credit manager; empty: nobody
	Segment  string // the customer's, where there is no case; empty: none
	Via      string // how it came in, one of the Via names of package state
	At       state.Instant
	Entry    Entry // without task and seq
	Gone     bool  // the customer is erased, and with him what was told

	Answer Action // of AskLimit: what a second person has said to it; 0: nothing yet
	By     string // who
	Asker  string // of an answer: who had asked
}

// wordKind begins the body of a word, and the ids of words; wordVersion is that of its members, and answerVersion of those of one that is an
// answer or has one.
const (
	wordKind      = "word"
	wordVersion   = 1
	answerVersion = 2
)

// WordID names a word by the id of the document that it became and the day on which it did: a store that has forgotten the request, after
// months, takes the document once more.
func WordID(document string, day state.Date) string {
	return WordPrefix(document) + day.String()
}

// WordPrefix begins the ids of the words of a document.
func WordPrefix(document string) string { return wordKind + "/" + document + "/" }

// Document is the id of the document that the word became.
func (w *Word) Document() string {
	document, _, _ := strings.Cut(strings.TrimPrefix(w.WordID, wordKind+"/"), "/")
	return document
}

// Open tells whether the word asks for a limit, and nobody has answered.
func (w *Word) Open() bool { return w.Entry.Action == AskLimit && w.Answer == 0 && !w.Gone }

// Alone tells whether the word asks for a limit of a customer who has no case: then it stands in no thread, but where a case of his would.
func (w *Word) Alone() bool { return w.CaseID == "" && w.Entry.Action == AskLimit }

// Answered is the word with what a second person has said to it.
func (w *Word) Answered(by string, answer Action) *Word {
	is := *w
	is.Seq, is.Answer, is.By = w.Seq+1, answer, by
	return &is
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
	version := wordVersion
	if w.Answer != 0 || e.Ask != "" {
		version = answerVersion
	}
	b = appendNumberMember(b, "version", int64(version))
	b = appendStringMember(b, "word_id", w.WordID)
	b = appendNumberMember(b, "seq", w.Seq)
	b = appendStringMember(b, "customer_id", string(w.Customer))
	b = appendStringMember(b, "case_id", w.CaseID)
	b = appendStringMember(b, "owner", w.Owner)
	if w.Segment != "" {
		b = appendStringMember(b, "segment", w.Segment)
	}
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
	b = append(appendMember(b, "gone"), fmt.Sprint(w.Gone)...)
	if version == answerVersion {
		answer := ""
		if w.Answer != 0 {
			answer = w.Answer.String()
		}
		b = appendStringMember(b, "answer", answer)
		b = appendStringMember(b, "answered_by", w.By)
		b = appendStringMember(b, "ask", e.Ask)
		b = appendStringMember(b, "asker", w.Asker)
	}
	return append(b, '}')
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
		Owner, Segment, Via    string
		At                     int64 `json:"at_ns"`
		Action, By, Day, Until string
		Amount, Currency       string
		Channel, Outcome       string
		Inbound                bool
		Sign, Text             string
		Gone                   bool
		Answer, Ask, Asker     string
		AnsweredBy             string `json:"answered_by"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, fmt.Errorf("word: %w", err)
	}
	action, answer := entryOf(m.Action), entryOf(m.Answer)
	if m.Version < wordVersion || m.Version > answerVersion || m.Seq < 1 || m.WordID == "" || action == 0 || m.Answer != "" && !answer.Answers() {
		return nil, fmt.Errorf("word of version %d, %s: %w", m.Version, m.WordID, errEncoding)
	}
	w := &Word{
		WordID: m.WordID, Seq: m.Seq, Customer: state.CustomerID(m.Customer), CaseID: m.CaseID, Owner: m.Owner, Segment: m.Segment, Via: m.Via, At: state.Instant(m.At),
		Gone: m.Gone, Answer: answer, By: m.AnsweredBy, Asker: m.Asker,
	}
	w.Entry = Entry{
		Action: action, Ask: m.Ask, By: m.By, Amount: m.Amount, Channel: m.Channel, Outcome: m.Outcome, Inbound: m.Inbound, Sign: m.Sign, Text: m.Text,
	}
	w.Entry.Day, _ = state.ParseDate(m.Day)
	w.Entry.Until, _ = state.ParseDate(m.Until)
	w.Entry.Currency, _ = state.ParseCurrency(m.Currency)
	return w, nil
}

// entryOf is what people tell by its name; 0: nothing.
func entryOf(name string) Action {
	all := append(Entries(), Answers()...)
	if at := slices.IndexFunc(all, func(a Action) bool { return a.String() == name }); at >= 0 {
		return all[at]
	}
	return 0
}

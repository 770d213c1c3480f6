package alerts

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tocsin/state"
)

// Refusals tells the owner of a source how many of its records were refused in a quarter of an hour, by code. It is edited as more are. It
// says nothing of what stood in a record but where one is to be found, for who reads it may not be who may read that.
type Refusals struct {
	Source  string        // its name in the configuration
	Channel string        // where its owner reads
	From    state.Instant // the first instant of the quarter of an hour
	Seq     int64         // how many there are
	MadeAt  state.Instant
	Codes   []RefusalCode // the most frequent first, then by code and topic
}

// RefusalCode is how many were refused of a topic for one reason, and where the first of them lies.
type RefusalCode struct {
	Code, Topic string
	Count       int
	Partition   int32
	Offset      int64
}

// RefusalTerm is for how long one message tells of what is refused.
const RefusalTerm = 15 * time.Minute

// The kind of such a message's body, and the version of its members, as of a summary's.
const (
	refusalsKind    = "refusals"
	refusalsVersion = 1
)

// Add counts a refused record.
func (r *Refusals) Add(d *state.DeadLetter) {
	r.Seq++
	at := slices.IndexFunc(r.Codes, func(c RefusalCode) bool { return c.Code == d.Code && c.Topic == d.Topic })
	if at < 0 {
		at = len(r.Codes)
		r.Codes = append(r.Codes, RefusalCode{Code: d.Code, Topic: d.Topic, Partition: d.Partition, Offset: d.Offset})
	}
	r.Codes[at].Count++
}

// Sort puts codes in their order.
func (r *Refusals) Sort() {
	slices.SortFunc(r.Codes, func(a, b RefusalCode) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Topic, b.Topic))
	})
}

// Key names the source and its quarter of an hour.
func (r *Refusals) Key() state.MessageKey {
	return state.MessageKey{Case: fmt.Sprintf("%s/%s/%d", refusalsKind, r.Source, int64(r.From)/int64(time.Second)), Seq: r.Seq}
}

// Digest tells one count from the next.
func (r *Refusals) Digest() string { return fmt.Sprintf("%s %d", refusalsKind, r.Seq) }

// Made is when it was made.
func (r *Refusals) Made() state.Instant { return r.MadeAt }

// Quiet is false: something was refused.
func (r *Refusals) Quiet() bool { return false }

// Named calls nobody: it names no customer.
func (r *Refusals) Named(func(state.CustomerID, *string)) {}

func (r *Refusals) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	head = l.Phrase(PhraseRefusals, "source", r.Source, "count", strconv.FormatInt(r.Seq, 10))
	part := DigestPart{Title: l.Phrase(PhraseRefusalsBy, "command", "tocsin dlq show")}
	for i := range r.Codes {
		c := &r.Codes[i]
		part.Lines = append(part.Lines, l.Phrase(PhraseRefusalsCode, "count", strconv.Itoa(c.Count), "code", quote(c.Code), "topic", quote(c.Topic),
			"place", quote(fmt.Sprintf("%s/%d/%d", c.Topic, c.Partition, c.Offset))))
	}
	return head, append(parts, part)
}

// AppendJSON appends the message as one JSON object without a line end, as the outbox keeps it.
func (r *Refusals) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", refusalsKind)
	b = appendNumberMember(b, "version", refusalsVersion)
	b = appendNumberMember(b, "seq", r.Seq)
	b = appendNumberMember(b, "made_at_ns", int64(r.MadeAt))
	b = appendStringMember(b, "source", r.Source)
	b = appendStringMember(b, "channel", r.Channel)
	b = appendNumberMember(b, "from_ns", int64(r.From))
	return append(appendList(appendMember(b, "codes"), r.Codes, func(b []byte, c *RefusalCode) []byte {
		b = appendStringMember(append(b, '{'), "code", c.Code)
		b = appendStringMember(b, "topic", c.Topic)
		b = appendNumberMember(b, "count", int64(c.Count))
		b = appendNumberMember(b, "partition", int64(c.Partition))
		return append(appendNumberMember(b, "offset", c.Offset), '}')
	}), '}')
}

// ParseRefusals reads what AppendJSON wrote.
func ParseRefusals(body []byte) (*Refusals, error) {
	var w struct {
		Version int
		Seq     int64
		MadeAt  int64 `json:"made_at_ns"`
		Source  string
		Channel string
		From    int64 `json:"from_ns"`
		Codes   []RefusalCode
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("refusals: %w", err)
	}
	if w.Version != refusalsVersion || w.Seq < 1 || w.Source == "" {
		return nil, fmt.Errorf("refusals of version %d, source %q: %w", w.Version, w.Source, errEncoding)
	}
	return &Refusals{Source: w.Source, Channel: w.Channel, From: state.Instant(w.From), Seq: w.Seq, MadeAt: state.Instant(w.MadeAt), Codes: w.Codes}, nil
}

package alerts

import (
	"strconv"

	"tocsin/state"
)

// DigestPart is a part of a digest: a title, and a line for each thing under it.
type DigestPart struct {
	Title string
	Lines []string
}

// Periodical is what is told of a business day, as a [*Digest], of a week, as a [*WeeklyDigest], or of a month, as a [*MonthlyDigest]; or of a source: of what is
// refused of it in a quarter of an hour, as [*Refusals], or of all that it published in a week, as a [*Scorecard]; or that there is no digest yet, as [*Behind].
type Periodical interface {
	Message
	// Quiet tells whether there is nothing to say of any customer or task.
	Quiet() bool
	// Made is when it was made.
	Made() state.Instant
	// Named calls each with every customer that it names, and where his name goes.
	Named(each func(customer state.CustomerID, name *string))

	words(l *Language, quote func(string) string) (head string, parts []DigestPart)
}

// Digest is a digest in words: what days it is of, and its parts. Quote makes what publishers wrote fit for where it is shown.
func (l *Language) Digest(d Periodical, quote func(string) string) (head string, parts []DigestPart) {
	return d.words(l, quote)
}

func (d *Digest) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	head = l.Date(d.Day)
	if d.Last != d.Day {
		head = l.Phrase(PhraseDigestSpan, "first", head, "last", l.Date(d.Last))
	}
	head = l.Phrase(PhraseDigestHead, "day", head)
	for _, n := range []struct {
		title Phrase
		news  *DigestNews
	}{{PhraseDigestNew, &d.New}, {PhraseDigestWorse, &d.Worse}, {PhraseDigestBetter, &d.Better}, {PhraseDigestClosed, &d.Closed}} {
		if n.news.Count > 0 {
			parts = append(parts, l.digestNews(l.Phrase(n.title), n.news, quote))
		}
	}
	for _, t := range []struct {
		title Phrase
		tasks *DigestTasks
	}{{PhraseDigestOverdue, &d.Overdue}, {PhraseDigestToday, &d.Today}} {
		if t.tasks.Count > 0 {
			parts = append(parts, l.digestTasks(l.Phrase(t.title), t.tasks, quote))
		}
	}
	if d.Groups.Count > 0 {
		parts = append(parts, l.digestGroups(&d.Groups, quote))
	}
	if d.Agenda.Count > 0 && !d.Quiet() {
		parts = append(parts, l.digestAgenda(&d.Agenda, quote))
	}
	if lines := l.digestState(d, quote); len(lines) > 0 {
		parts = append(parts, DigestPart{l.Phrase(PhraseDigestState), lines})
	}
	if d.Agenda.Count > 0 && d.Quiet() { // that Tocsin lives comes first
		parts = append(parts, l.digestAgenda(&d.Agenda, quote))
	}
	return head, parts
}

func (l *Language) digestNews(title string, n *DigestNews, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestTitle, "title", title, "count", strconv.Itoa(n.Count))}
	if len(n.AtRisk) > 0 {
		sums := make([]string, len(n.AtRisk))
		for i, m := range n.AtRisk {
			sums[i] = l.Amount(m)
		}
		p.Title = l.Phrase(PhraseDigestSum, "title", p.Title, "sums", l.Steps(sums))
	}
	for i := range n.Cases {
		c := &n.Cases[i]
		signals := make([]string, len(c.Signals))
		for j, s := range c.Signals {
			signals[j] = l.Signal(s)
		}
		line := l.Phrase(PhraseDigestCase, "severity", l.Level(c.Severity), "customer", l.digestName(c.Customer, c.Name, quote),
			"signals", l.List(signals))
		if c.MoneyAtRisk.Told() {
			line += l.Phrase(PhraseLineAtRisk, "amount", l.Amount(c.MoneyAtRisk))
		}
		p.Lines = append(p.Lines, line)
	}
	return l.more(p, n.Count-len(n.Cases), quote("tocsin tasks --all"))
}

func (l *Language) digestTasks(title string, t *DigestTasks, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestTitle, "title", title, "count", strconv.Itoa(t.Count))}
	for i := range t.Owners {
		o := &t.Owners[i]
		var said []string
		for j := range o.Tasks {
			k := &o.Tasks[j]
			one := l.Phrase(PhraseDigestTask, "customer", l.digestName(k.Customer, k.Name, quote), "due", l.Instant(k.Due))
			if k.MoneyAtRisk.Told() {
				one += l.Phrase(PhraseLineAtRisk, "amount", l.Amount(k.MoneyAtRisk))
			}
			said = append(said, one)
		}
		if more := o.Count - len(o.Tasks); more > 0 {
			said = append(said, l.Phrase(PhraseDigestMore, "count", strconv.Itoa(more)))
		}
		p.Lines = append(p.Lines, l.Phrase(PhraseDigestOwner, "owner", l.digestOwner(o.Owner, quote), "count", strconv.Itoa(o.Count), "tasks", l.Steps(said)))
	}
	return l.more(p, t.More, quote("tocsin tasks"))
}

// digestState is how Tocsin itself does. Where there is no other news it tells that it lives.
func (l *Language) digestState(d *Digest, quote func(string) string) (lines []string) {
	if d.Quiet() {
		last := l.Phrase(PhraseDigestNoEvent)
		if d.LastEvent != 0 {
			last = l.Instant(d.LastEvent)
		}
		lines = append(lines, l.Phrase(PhraseDigestQuiet, "customers", strconv.Itoa(d.Customers), "last", last))
	}
	if d.Withheld > 0 {
		lines = append(lines, l.Phrase(PhraseDigestWithheld, "count", strconv.Itoa(d.Withheld)))
	}
	for i := range d.Systemic {
		y := &d.Systemic[i]
		lines = append(lines, l.Phrase(PhraseDigestSystemic, "signal", l.Signal(y.Signal), "date", l.Date(y.Day), "risen", strconv.Itoa(y.Risen), "active", strconv.Itoa(y.Active)))
	}
	for _, s := range d.Stale {
		lines = append(lines, l.Phrase(PhraseDigestStale, "source", quote(s.Topic+"/"+strconv.Itoa(int(s.Partition))), "date", l.Date(s.Since)))
	}
	return lines
}

func (l *Language) digestName(customer state.CustomerID, name string, quote func(string) string) string {
	if name == "" {
		return quote(string(customer))
	}
	if name == Erased {
		return l.Phrase(PhraseNamed, "name", l.Phrase(PhraseErased), "id", quote(string(customer)))
	}
	return l.Phrase(PhraseNamed, "name", quote(name), "id", quote(string(customer)))
}

// more tells of lines that a part leaves out, and where they are to be seen.
func (l *Language) more(p DigestPart, count int, where string) DigestPart {
	if count > 0 {
		p.Lines = append(p.Lines, l.Phrase(PhraseDigestCut, "count", strconv.Itoa(count), "command", where))
	}
	return p
}

// digestOwner is whose tasks they are.
func (l *Language) digestOwner(owner string, quote func(string) string) string {
	switch owner {
	case "":
		return l.Phrase(PhraseNobody)
	case Erased:
		return l.Phrase(PhraseErased)
	}
	return quote(owner)
}

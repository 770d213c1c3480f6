package alerts

import "strconv"

// words is the digest in words: see [Language.Digest].
func (w *WeeklyDigest) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	head = l.Phrase(PhraseWeeklyHead, "days", l.Phrase(PhraseDigestSpan, "first", l.Date(w.First), "last", l.Date(w.Last)))
	if w.Worst.Count > 0 {
		parts = append(parts, l.digestNews(l.Phrase(PhraseWeeklyWorst), &w.Worst, quote))
	}
	if w.Info.Count > 0 {
		parts = append(parts, l.digestNews(l.Phrase(PhraseWeeklyInfo), &w.Info, quote))
	}
	if w.Decided.Count > 0 {
		parts = append(parts, l.weeklyDecisions(&w.Decided, quote))
	}
	if w.Open.Count > 0 {
		parts = append(parts, l.weeklyTasks(&w.Open, quote))
	}
	if w.Quiet() {
		parts = append(parts, DigestPart{l.Phrase(PhraseDigestState), []string{l.Phrase(PhraseWeeklyQuiet)}})
	}
	if len(w.Sources) > 0 {
		parts = append(parts, l.weeklySources(w.Sources, quote))
	}
	return head, parts
}

func (l *Language) weeklyDecisions(d *WeeklyDecisions, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestTitle, "title", l.Phrase(PhraseWeeklyDecided), "count", strconv.Itoa(d.Count))}
	codes := make([]string, len(d.Codes))
	for i, c := range d.Codes {
		codes[i] = l.Phrase(PhraseDigestTitle, "title", l.Decision(c.Code), "count", strconv.Itoa(c.Count))
	}
	p.Lines = append(p.Lines, l.Steps(codes))
	for i := range d.Last {
		one := &d.Last[i]
		customer := l.Phrase(PhraseErased)
		if one.Customer != "" {
			customer = l.digestName(one.Customer, one.Name, quote)
		}
		p.Lines = append(p.Lines, l.Phrase(PhraseWeeklyDecision, "customer", customer, "decision", l.Decision(one.Code), "who", quote(one.By), "at", l.Instant(one.At)))
	}
	return l.more(p, d.Count-len(d.Last), quote("tocsin audit show"))
}

func (l *Language) weeklyTasks(t *WeeklyTasks, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestTitle, "title", l.Phrase(PhraseWeeklyOpen), "count", strconv.Itoa(t.Count))}
	for i := range t.Owners {
		o := &t.Owners[i]
		p.Lines = append(p.Lines, l.Phrase(PhraseWeeklyOwner, "owner", l.digestOwner(o.Owner, quote), "count", strconv.Itoa(o.Count),
			"week", strconv.Itoa(o.Ages[0]), "two", strconv.Itoa(o.Ages[1]), "four", strconv.Itoa(o.Ages[2]), "longer", strconv.Itoa(o.Ages[3]),
			"days", strconv.Itoa(o.Oldest), "customer", l.digestName(o.Of, o.Name, quote)))
	}
	return l.more(p, t.More, quote("tocsin tasks"))
}

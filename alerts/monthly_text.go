package alerts

import (
	"math/big"
	"strconv"

	"tocsin/state"
)

// words is the digest in words: see [Language.Digest].
func (m *MonthlyDigest) words(l *Language, quote func(string) string) (head string, parts []DigestPart) {
	head = l.Phrase(PhraseMonthlyHead, "days", l.Phrase(PhraseDigestSpan, "first", l.Date(m.First), "last", l.Date(m.Last)))
	for i := range m.Books {
		parts = append(parts, l.monthlyBook(&m.Books[i], quote)...)
	}
	if m.Cases != (MonthlyCases{}) {
		parts = append(parts, DigestPart{l.Phrase(PhraseMonthlyCases), []string{l.Phrase(PhraseMonthlyCaseCount, "open", strconv.Itoa(m.Cases.Open),
			"before", strconv.Itoa(m.Cases.Before), "opened", strconv.Itoa(m.Cases.Opened), "closed", strconv.Itoa(m.Cases.Closed))}})
	}
	if m.Decided.Count > 0 {
		parts = append(parts, l.weeklyDecisions(&m.Decided, quote))
	}
	var lines []string
	if m.Quiet() {
		lines = append(lines, l.Phrase(PhraseMonthlyQuiet))
	}
	if m.Unknown > 0 {
		lines = append(lines, l.Phrase(PhraseMonthlyUnknown, "count", strconv.Itoa(m.Unknown)))
	}
	if m.More > 0 {
		lines = append(lines, l.Phrase(PhraseMonthlyCurrencies, "count", strconv.Itoa(m.More)))
	}
	if len(lines) > 0 {
		parts = append(parts, DigestPart{l.Phrase(PhraseDigestState), lines})
	}
	return head, parts
}

// monthlyBook is the portfolio in one currency: its ageing and figures, the largest customers and segments.
func (l *Language) monthlyBook(b *MonthlyBook, quote func(string) string) []DigestPart {
	whole := b.Now.Receivables()
	p := DigestPart{Title: l.Phrase(PhraseMonthlyOwed, "amount", l.Amount(b.money(whole)), "change", l.monthlyChange(b, whole, b.Before.Receivables()))}
	for i, bucket := range [...]Phrase{PhraseMonthlyCurrent, PhraseMonthly30, PhraseMonthly60, PhraseMonthly90, PhraseMonthly91} {
		p.Lines = append(p.Lines, l.Phrase(PhraseMonthlyBucket, "bucket", l.Phrase(bucket), "amount", l.Amount(b.money(b.Now.Ageing[i])),
			"share", l.monthlyRatio(ratioOf(b.Now.Ageing[i], whole)), "change", l.monthlyChange(b, b.Now.Ageing[i], b.Before.Ageing[i])))
	}
	p.Lines = append(p.Lines, l.Phrase(PhraseMonthlyOverdue, "amount", l.Amount(b.money(b.Now.Overdue())), "ratio", l.monthlyRatio(b.Now.OverdueRatio()),
		"before", l.monthlyRatio(b.Before.OverdueRatio())))
	days, late := b.Now.DSO()
	daysBefore, lateBefore := b.Before.DSO()
	p.Lines = append(p.Lines, l.Phrase(PhraseMonthlyDSO, "days", l.monthlyDays(days), "before", l.monthlyDays(daysBefore), "late", l.monthlyDays(late),
		"latebefore", l.monthlyDays(lateBefore)))
	p.Lines = append(p.Lines, l.Phrase(PhraseMonthlyCollected, "ratio", l.monthlyRatio(b.Collected()), "sales", l.Amount(b.money(b.Now.Sales[2]))))
	p.Lines = append(p.Lines, l.Phrase(PhraseMonthlyExposure, "amount", l.Amount(b.money(b.Now.Exposure)), "change", l.monthlyChange(b, b.Now.Exposure, b.Before.Exposure),
		"customers", strconv.Itoa(b.Now.Customers), "largest", l.monthlyRatio(ratioOf(b.Spread.Largest, b.Now.Exposure)),
		"five", l.monthlyRatio(ratioOf(b.Spread.Five, b.Now.Exposure)), "hhi", big.NewRat(b.Spread.HHI, hhiPoints).FloatString(3)))
	parts := []DigestPart{p}
	if len(b.Largest) > 0 {
		parts = append(parts, l.monthlyDebtors(PhraseMonthlyLargest, PhraseMonthlyDebtor, b, b.Largest, quote))
	}
	if len(b.Overdue) > 0 {
		parts = append(parts, l.monthlyDebtors(PhraseMonthlyMostOverdue, PhraseMonthlyLate, b, b.Overdue, quote))
	}
	if len(b.Segments) > 1 || len(b.Segments) == 1 && b.Segments[0].Segment != "" {
		parts = append(parts, l.monthlySegments(b, quote))
	}
	return parts
}

func (l *Language) monthlyDebtors(title, line Phrase, b *MonthlyBook, of []MonthlyDebtor, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(title, "currency", b.Currency.String())}
	for i := range of {
		d := &of[i]
		p.Lines = append(p.Lines, l.Phrase(line, "customer", l.digestName(d.Customer, d.Name, quote), "exposure", l.Amount(b.money(d.Exposure)),
			"share", l.monthlyRatio(ratioOf(d.Exposure, b.Now.Exposure)), "overdue", l.Amount(b.money(d.Overdue)), "days", strconv.Itoa(d.Days)))
	}
	return p
}

func (l *Language) monthlySegments(b *MonthlyBook, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseMonthlySegments, "currency", b.Currency.String())}
	for i := range b.Segments {
		s := &b.Segments[i]
		name := l.Phrase(PhraseMonthlyNoSegment)
		if s.Segment != "" {
			name = quote(s.Segment)
		}
		p.Lines = append(p.Lines, l.Phrase(PhraseMonthlySegment, "segment", name, "customers", strconv.Itoa(s.Customers),
			"owed", l.Amount(b.money(s.Receivables)), "change", l.monthlyChange(b, s.Receivables, s.WasReceivables),
			"overdue", l.Amount(b.money(s.Overdue)), "share", l.monthlyRatio(ratioOf(s.Overdue, s.Receivables))))
	}
	return l.more(p, b.More, quote("GET /api/v1/customers"))
}

// monthlyChange is how an amount stands against that of the month before.
func (l *Language) monthlyChange(b *MonthlyBook, now, before int64) string {
	switch by := state.Sum(now, -before); {
	case by > 0:
		return l.Phrase(PhraseMonthlyUp, "amount", l.Amount(b.money(by)))
	case by < 0:
		return l.Phrase(PhraseMonthlyDown, "amount", l.Amount(b.money(-by)))
	}
	return l.Phrase(PhraseMonthlySame)
}

func (l *Language) monthlyRatio(r *big.Rat) string {
	if r == nil {
		return l.undefined
	}
	return l.Percent(r.FloatString(3))
}

func (l *Language) monthlyDays(r *big.Rat) string {
	if r == nil {
		return l.undefined
	}
	return r.FloatString(1)
}

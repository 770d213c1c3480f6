package state

// exchange is the rates in force on a day: those that were known when the day before closed.
type exchange struct {
	rates *Rates
	base  Currency // ledger.base_currency; zero: none
	day   Date
}

// rate turns minor units of a currency into those of another one. Among the rates with a date up to asOf the direct one
// counts or the inverse one, the newer of both, the direct one where they are of the same date; where there is neither, two
// rates over the base currency. date is that of the older one in use; zero: there is no rate.
func (x exchange) rate(from, to Currency, asOf Date) (f factor, date Date) {
	if x.rates == nil {
		return factor{}, 0
	}
	asOf = min(asOf, x.day)
	f, date = x.between(from, to, asOf)
	if date == 0 && x.base != 0 && from != x.base && to != x.base {
		in, since := x.between(from, x.base, asOf)
		out, until := x.between(x.base, to, asOf)
		if since != 0 && until != 0 {
			f, date = in.times(out), min(since, until)
		}
	}
	if date == 0 {
		return factor{}, 0
	}
	return f.minor(from, to), date
}

// between is the direct rate or the inverse one, in major units.
func (x exchange) between(from, to Currency, asOf Date) (factor, Date) {
	direct, date := x.rates.newest(pair{from, to}, x.day, asOf)
	inverse, inverseDate := x.rates.newest(pair{to, from}, x.day, asOf)
	if inverseDate > date {
		return inverse.inverse(), inverseDate
	}
	return direct, date
}

// worth is an amount in a currency; false where there is no rate.
func (x exchange) worth(m Money, in Currency) (int64, bool) {
	if m.Currency == in || m.Minor == 0 {
		return m.Minor, true
	}
	f, date := x.rate(m.Currency, in, x.day)
	if date == 0 {
		return 0, false
	}
	return f.of(m.Minor), true
}

// staleAfterBusinessDays is the age from which on a rate is stale (DOMAIN.md 0.3).
const staleAfterBusinessDays = 3

// isStale tells whether a rate of a date is older than three business days.
func (x exchange) isStale(date Date, calendar Calendar) bool {
	return calendar.AddBusinessDays(date, staleAfterBusinessDays) < x.day
}

package alerts

import (
	"encoding/json"
	"fmt"
	"math/big"

	"tocsin/state"
)

// The kind of a monthly digest's body, and the version of its members.
const (
	monthlyKind    = "monthly_digest"
	monthlyVersion = 1
)

// MonthlyCase is the case under which the digest of a month that ends with a day is kept.
func MonthlyCase(last state.Date) string { return digestKind + "/month/" + last.String() }

// Key names the digest and its wording.
func (m *MonthlyDigest) Key() state.MessageKey {
	return state.MessageKey{Case: MonthlyCase(m.Last), Seq: m.Seq}
}

// Digest tells its wordings apart.
func (m *MonthlyDigest) Digest() string { return fmt.Sprintf("month %s %d", m.Last, m.Seq) }

// Made is when it was made.
func (m *MonthlyDigest) Made() state.Instant { return m.MadeAt }

// AppendJSON appends the digest as one JSON object without a line end, as the outbox keeps it.
func (m *MonthlyDigest) AppendJSON(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "kind", monthlyKind)
	b = appendNumberMember(b, "version", monthlyVersion)
	b = appendNumberMember(b, "seq", m.Seq)
	b = appendInstantMember(b, "made_at", m.MadeAt)
	b = appendDateMember(b, "first", m.First)
	b = appendDateMember(b, "last", m.Last)
	b = appendList(appendMember(b, "portfolio"), m.Books, func(b []byte, k *MonthlyBook) []byte { return k.append(b) })
	b = appendNumberMember(b, "more_currencies", int64(m.More))
	b = appendNumberMember(b, "unknown", int64(m.Unknown))
	b = appendNumberMember(append(appendMember(b, "cases"), '{'), "before", int64(m.Cases.Before))
	b = appendNumberMember(b, "opened", int64(m.Cases.Opened))
	b = appendNumberMember(b, "closed", int64(m.Cases.Closed))
	b = append(appendNumberMember(b, "open", int64(m.Cases.Open)), '}')
	return append(m.Decided.append(b, "decided"), '}')
}

func (k *MonthlyBook) append(b []byte) []byte {
	b = appendStringMember(append(b, '{'), "currency", k.Currency.String())
	b = k.sums(b, "now", &k.Now)
	b = k.sums(b, "before", &k.Before)
	b = appendRatio(b, "collection_effectiveness", k.Collected(), 4)
	b = appendMoneyMember(append(appendMember(b, "concentration"), '{'), "largest", k.money(k.Spread.Largest))
	b = appendMoneyMember(b, "five_largest", k.money(k.Spread.Five))
	b = append(appendNumberMember(b, "hhi_points", k.Spread.HHI), '}')
	b = k.debtors(b, "largest", k.Largest)
	b = k.debtors(b, "most_overdue", k.Overdue)
	b = appendList(appendMember(b, "segments"), k.Segments, func(b []byte, s *MonthlySegment) []byte {
		b = appendOptional(append(b, '{'), "segment", s.Segment)
		b = appendNumberMember(b, "customers", int64(s.Customers))
		b = appendMoneyMember(b, "receivables", k.money(s.Receivables))
		b = appendMoneyMember(b, "overdue", k.money(s.Overdue))
		b = appendMoneyMember(b, "receivables_before", k.money(s.WasReceivables))
		return append(appendMoneyMember(b, "overdue_before", k.money(s.WasOverdue)), '}')
	})
	return append(appendNumberMember(b, "more_segments", int64(k.More)), '}')
}

// sums appends an end of a month. Receivables, what is past due and the figures follow from the rest.
func (k *MonthlyBook) sums(b []byte, name string, s *MonthlySums) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "customers", int64(s.Customers))
	b = appendMoneyMember(b, "exposure", k.money(s.Exposure))
	b = appendMoneyMember(b, "receivables", k.money(s.Receivables()))
	b = appendMoneyMember(b, "overdue", k.money(s.Overdue()))
	b = appendMoneyMember(b, "overdue_undisputed", k.money(s.Undisputed))
	for i, bucket := range ageingNames {
		b = appendMoneyMember(b, bucket, k.money(s.Ageing[i]))
	}
	b = appendList(appendMember(b, "sales"), s.Sales[:], func(b []byte, minor *int64) []byte {
		m := k.money(*minor)
		return append(appendStringMember(appendStringMember(append(b, '{'), "amount", m.String()), "currency", m.Currency.String()), '}')
	})
	b = appendNumberMember(b, "sales_days", int64(s.Days))
	b = appendRatio(b, "overdue_ratio", s.OverdueRatio(), 4)
	dso, late := s.DSO()
	return append(appendRatio(appendRatio(b, "dso_days", dso, 2), "delinquency_days", late, 2), '}')
}

// ageingNames are the members of what is owed by days past due.
var ageingNames = [...]string{"current", "days_1_30", "days_31_60", "days_61_90", "days_91_plus"}

func (k *MonthlyBook) debtors(b []byte, name string, list []MonthlyDebtor) []byte {
	return appendList(appendMember(b, name), list, func(b []byte, d *MonthlyDebtor) []byte {
		b = appendStringMember(append(b, '{'), "customer_id", string(d.Customer))
		b = appendOptional(b, "name", d.Name)
		b = appendMoneyMember(b, "exposure", k.money(d.Exposure))
		b = appendMoneyMember(b, "overdue", k.money(d.Overdue))
		return append(appendNumberMember(b, "oldest_days", int64(d.Days)), '}')
	})
}

func appendRatio(b []byte, name string, r *big.Rat, decimals int) []byte {
	if r == nil {
		return append(appendMember(b, name), "null"...)
	}
	return appendStringMember(b, name, r.FloatString(decimals))
}

// The shapes in which it is read.
type (
	monthlyWire struct {
		Version int               `json:"version"`
		Seq     int64             `json:"seq"`
		MadeAt  instantWire       `json:"made_at"`
		First   dateWire          `json:"first"`
		Last    dateWire          `json:"last"`
		Books   []monthlyBookWire `json:"portfolio"`
		More    int               `json:"more_currencies"`
		Unknown int               `json:"unknown"`
		Cases   struct{ Before, Opened, Closed, Open int }
		Decided decisionsWire
	}
	monthlyBookWire struct {
		Currency      string          `json:"currency"`
		Now           monthlySumsWire `json:"now"`
		Before        monthlySumsWire `json:"before"`
		Concentration struct {
			Largest moneyWire `json:"largest"`
			Five    moneyWire `json:"five_largest"`
			HHI     int64     `json:"hhi_points"`
		}
		Largest  []monthlyDebtorWire `json:"largest"`
		Overdue  []monthlyDebtorWire `json:"most_overdue"`
		Segments []struct {
			Segment        string    `json:"segment"`
			Customers      int       `json:"customers"`
			Receivables    moneyWire `json:"receivables"`
			Overdue        moneyWire `json:"overdue"`
			WasReceivables moneyWire `json:"receivables_before"`
			WasOverdue     moneyWire `json:"overdue_before"`
		}
		More int `json:"more_segments"`
	}
	monthlySumsWire struct {
		Customers  int         `json:"customers"`
		Exposure   moneyWire   `json:"exposure"`
		Undisputed moneyWire   `json:"overdue_undisputed"`
		Current    moneyWire   `json:"current"`
		Days1to30  moneyWire   `json:"days_1_30"`
		Days31to60 moneyWire   `json:"days_31_60"`
		Days61to90 moneyWire   `json:"days_61_90"`
		Days91plus moneyWire   `json:"days_91_plus"`
		Sales      []moneyWire `json:"sales"`
		Days       int         `json:"sales_days"`
	}
	monthlyDebtorWire struct {
		Customer string    `json:"customer_id"`
		Name     string    `json:"name"`
		Exposure moneyWire `json:"exposure"`
		Overdue  moneyWire `json:"overdue"`
		Days     int       `json:"oldest_days"`
	}
)

// ParseMonthlyDigest reads what AppendJSON wrote.
func ParseMonthlyDigest(body []byte) (*MonthlyDigest, error) {
	var w monthlyWire
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, fmt.Errorf("monthly digest: %w", err)
	}
	if w.Version != monthlyVersion || w.Last == 0 || w.Seq < 1 {
		return nil, fmt.Errorf("monthly digest of version %d, up to %q: %w", w.Version, state.Date(w.Last), errEncoding)
	}
	m := &MonthlyDigest{
		First: state.Date(w.First), Last: state.Date(w.Last), Seq: w.Seq, MadeAt: state.Instant(w.MadeAt), More: w.More, Unknown: w.Unknown,
		Cases: MonthlyCases(w.Cases), Decided: w.Decided.decisions(),
	}
	for i := range w.Books {
		k, err := w.Books[i].book()
		if err != nil {
			return nil, err
		}
		m.Books = append(m.Books, k)
	}
	return m, nil
}

func (w *monthlyBookWire) book() (k MonthlyBook, err error) {
	currency, ok := state.ParseCurrency(w.Currency)
	if !ok {
		return k, fmt.Errorf("monthly digest: %q is not a currency: %w", w.Currency, errEncoding)
	}
	k = MonthlyBook{
		Currency: currency, Now: w.Now.sums(), Before: w.Before.sums(), Largest: debtorsOf(w.Largest), Overdue: debtorsOf(w.Overdue), More: w.More,
		Spread: Spread{w.Concentration.Largest.Minor, w.Concentration.Five.Minor, w.Concentration.HHI},
	}
	for _, s := range w.Segments {
		k.Segments = append(k.Segments, MonthlySegment{s.Segment, s.Customers, s.Receivables.Minor, s.Overdue.Minor, s.WasReceivables.Minor, s.WasOverdue.Minor})
	}
	return k, nil
}

func (w *monthlySumsWire) sums() MonthlySums {
	s := MonthlySums{Customers: w.Customers, Days: w.Days}
	s.Exposure, s.Undisputed = w.Exposure.Minor, w.Undisputed.Minor
	for i, m := range []moneyWire{w.Current, w.Days1to30, w.Days31to60, w.Days61to90, w.Days91plus} {
		s.Ageing[i] = m.Minor
	}
	for i := range min(len(w.Sales), len(s.Sales)) {
		s.Sales[i] = w.Sales[i].Minor
	}
	return s
}

func debtorsOf(list []monthlyDebtorWire) (all []MonthlyDebtor) {
	for _, d := range list {
		all = append(all, MonthlyDebtor{state.CustomerID(d.Customer), d.Name, d.Exposure.Minor, d.Overdue.Minor, d.Days})
	}
	return all
}

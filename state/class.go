package state

// Class is how well a customer is known and how much hangs on it (DOMAIN.md 0.6).
type Class uint8

const (
	ClassNew         Class = iota + 1 // fewer than 180 days since the first invoice, or fewer than six settled ones
	ClassEstablished                  // all others but core
	ClassCore                         // at least 5 % of the ledger's sales of a year or of its receivables; goes before new
)

// String is the class as the customer record calls it.
func (k Class) String() string {
	return [...]string{"", "new", "established", "core"}[k]
}

const (
	newDays    = 180 // since the first invoice
	newSettled = 6   // settled invoices that make a trading record
)

// Class is the customer's class. Whether it is core is what [Customer.Weigh] was told last.
func (v *View) Class() Class {
	if v.c.core {
		return ClassCore
	}
	if _, established := v.acquaintance(); established {
		return ClassEstablished
	}
	return ClassNew
}

// NextClass is the first later day on which the class is another one by time alone, as far as the customer's own facts tell
// and none of them waits for its date ([View.NextChange]); zero: never.
func (v *View) NextClass() Date {
	if first, established := v.acquaintance(); !established && first != 0 && first+newDays > v.Day {
		return first + newDays
	}
	return 0
}

// acquaintance is the issue date of the first invoice seen (zero: none), and whether the customer is established. The look
// ends as soon as that is clear; where it is not, the date is that of the first invoice of all.
func (v *View) acquaintance() (first Date, established bool) {
	count := 0
	if t := v.c.shrunk.trade; t != nil {
		first, count = t.first, t.settled
	}
	for f, g := range v.figures(KindInvoice) {
		if count >= newSettled && first != 0 && v.Day-first >= newDays {
			break
		}
		body := f.body.(*Invoice)
		if !v.c.issued(body, v.Day) {
			continue
		}
		first = earlier(first, body.IssueDate)
		if g.traits&(settled|receivable) == settled|receivable {
			count++
		}
	}
	return first, count >= newSettled && first != 0 && v.Day-first >= newDays
}

// Weigh tells a customer whether it is core on the days to come: a share of the whole, which is none of its own facts.
func (c *Customer) Weigh(core bool) { c.core = core }

// Share is what a customer is of the whole, in one currency.
type Share struct {
	Sales       int64 // of the last 365 days: invoices and debit notes issued less credit notes dated in them
	Receivables int64
	Known       bool // false: an amount needs an exchange rate that is not there
}

// shareDays is how many days the sales of a share are of.
const shareDays = 365

// Share is the customer's share in a currency. It looks at every document.
func (v *View) Share(in Currency) Share {
	sums := monthSums{}
	for f := range v.figures(KindInvoice, KindInvoiceCredited) {
		if date, sold := v.c.sold(f, v.Day); date > v.Day-shareDays {
			sums.of(0, sold.Currency).sales.add(sold.Minor)
		}
	}
	share := Share{Known: true}
	for key, sum := range sums { // sums of int64 do not depend on the order
		sales, known := v.worth(sum.sales, key.currency, in)
		share.Sales, share.Known = add(share.Sales, sales), share.Known && known
	}
	for i := range v.book.balances {
		b := &v.book.balances[i]
		open, known := v.worth(b.receivables, b.currency, in)
		share.Receivables, share.Known = add(share.Receivables, open), share.Known && known && b.wanting()&Receivables == 0
	}
	return share
}

package replay

import (
	"strconv"
	"time"

	"tocsin/state"
)

// pen writes events as publishers do.
type pen struct {
	buf  []byte
	day  int
	date string
}

func (p *pen) open(day int) { p.day, p.date = day, dateAfter(day) }

func dateAfter(day int) string { return (first + state.Date(day)).String() }

// Documents are named after their buyers, as they are in ledgers whose numbers tell of whom they are.
func (p *pen) customer(b *buyer) *pen { return p.text("C-").number(1_000_000 + int64(b.number)) }

func (p *pen) document(kind string, b *buyer, deal uint16) *pen {
	return p.text(kind).number(1_000_000 + int64(b.number)).text("-").number(1000 + int64(deal))
}

func (p *pen) text(s string) *pen {
	p.buf = append(p.buf, s...)
	return p
}

func (p *pen) number(n int64) *pen {
	p.buf = strconv.AppendInt(p.buf, n, 10)
	return p
}

func (p *pen) money(cents int64) *pen {
	p.text(`{"amount":"`).number(cents / 100)
	p.buf = append(p.buf, '.', byte('0'+cents/10%10), byte('0'+cents%10))
	return p.text(`","currency":"EUR"}`)
}

// event writes what happens at a moment.
func (p *pen) event(b *buyer, m moment) {
	d := b.deal(int(m.deal))
	hour := time.Duration(mix(b.key+uint64(m.deal))%3600) * time.Second
	switch m.what {
	case profiled:
		p.begin("C-", b, "", 0, 1, "acme:crm", "customer.profile", 8*time.Hour+hour)
		p.text(`,"name":"Customer `).number(int64(b.number)).text(` GmbH","country":"DE","reporting_currency":"EUR","status":"active","kind":"company"`)
	case limitSet:
		p.begin("LIM-", b, "", 0, 1, "acme:crm", "limit.set", 8*time.Hour+hour)
		p.text(`,"limit_id":"`).text("LIM-").number(1_000_000 + int64(b.number)).text(`","kind":"base","amount":`).money(b.limit())
		p.text(`,"valid_from_date":"`).text(p.date).text(`"`)
	case orderPlaced:
		p.order(b, m.deal, &d, 1, 9*time.Hour+8*hour)
		p.text(`,"requested_delivery_date":"`).text(dateAfter(d.delivered)).text(`","status":"open"`)
	case orderDelivered:
		p.order(b, m.deal, &d, 2, 19*time.Hour+hour)
		p.text(`,"delivered":`).money(d.amount).text(`,"invoiced":`).money(d.amount).text(`,"status":"closed"`)
	case invoiceIssued:
		p.begin("INV-", b, "", m.deal, 1, "acme:erp", "invoice.issued", 19*time.Hour+hour)
		p.text(`,"invoice_id":"`).document("INV-", b, m.deal).text(`","issue_date":"`).text(p.date).text(`","due_date":"`).text(dateAfter(d.due))
		p.text(`","total":`).money(d.amount).text(`,"terms":"NET`).number(int64(b.terms)).text(`","order_ids":["`).document("SO-", b, m.deal).text(`"]`)
	case paymentReceived:
		amount := d.amount
		if d.course == inParts {
			amount = d.amount / 100 * 60
		}
		p.payment("PAY-", b, m.deal, amount, d.course == returned, 7*time.Hour+hour)
	case restReceived:
		amount := d.amount
		if d.course == inParts {
			amount -= d.amount / 100 * 60
		}
		p.payment("PAY-R", b, m.deal, amount, false, 7*time.Hour+hour)
	case paymentReturned:
		p.begin("PAY-", b, "/returned", m.deal, 1, "acme:bank", "payment.returned", 7*time.Hour+hour)
		p.text(`,"payment_id":"`).document("PAY-", b, m.deal).text(`","return_date":"`).text(p.date).text(`","amount":`).money(d.amount).text(`,"reason_code":"AM04"`)
	case disputeOpened:
		p.begin("DSP-", b, "", m.deal, 1, "acme:crm", "dispute.opened", 10*time.Hour+hour)
		p.text(`,"dispute_id":"`).document("DSP-", b, m.deal).text(`","opened_date":"`).text(p.date).text(`","invoice_ids":["`).document("INV-", b, m.deal)
		p.text(`"],"amount":`).money(d.amount / 4).text(`,"reason":"quality"`)
	case disputeClosed:
		p.begin("DSP-", b, "/closed", m.deal, 1, "acme:crm", "dispute.closed", 10*time.Hour+hour)
		p.text(`,"dispute_id":"`).document("DSP-", b, m.deal).text(`","closed_date":"`).text(p.date).text(`","outcome":"rejected"`)
	case termsRequested:
		p.begin("REQ-", b, "", m.deal, 1, "acme:crm", "terms.requested", 11*time.Hour+hour)
		p.text(`,"request_id":"`).document("REQ-", b, m.deal).text(`","request_date":"`).text(p.date)
		p.text(`","request":"due_date_extension","requester":"customer","status":"refused","invoice_ids":["`).document("INV-", b, m.deal).text(`"]`)
	case customerCalled:
		p.begin("CT-", b, "/"+p.date, m.deal, 1, "acme:collections", "contact.attempted", 13*time.Hour+hour)
		p.text(`,"contact_id":"`).document("CT-", b, m.deal).text("-").text(p.date).text(`","contact_date":"`).text(p.date)
		outcome := "reached"
		if p.day >= b.stops {
			outcome = "no_answer"
		}
		p.text(`","channel":"phone","outcome":"`).text(outcome).text(`"`)
	case promiseMade:
		p.begin("PR-", b, "", m.deal, 1, "acme:collections", "promise.made", 13*time.Hour+hour)
		p.text(`,"promise_id":"`).document("PR-", b, m.deal).text(`","made_date":"`).text(p.date).text(`","promised_date":"`).text(dateAfter(business(p.day + 10)))
		p.text(`","amount":`).money(d.amount).text(`,"invoice_ids":["`).document("INV-", b, m.deal).text(`"]`)
	}
	p.text("}}\n")
}

// begin writes an event up to its own members.
func (p *pen) begin(kind string, b *buyer, suffix string, deal uint16, revision int64, source, name string, at time.Duration) {
	p.text(`{"specversion":"1.0","id":"`).document(kind, b, deal).text(suffix).text("/").number(revision)
	p.text(`","source":"urn:`).text(source).text(`","type":"tocsin.`).text(name).text(`.v1","subject":"`).customer(b)
	p.text(`","time":"`).text(p.date).text("T").clock(at).text(`Z","datacontenttype":"application/json","data":{"customer_id":"`).customer(b)
	p.text(`","revision":`).number(revision)
}

func (p *pen) clock(at time.Duration) *pen {
	seconds := int(at / time.Second)
	for i, part := range []int{seconds / 3600, seconds / 60 % 60, seconds % 60} {
		if i > 0 {
			p.buf = append(p.buf, ':')
		}
		p.buf = append(p.buf, byte('0'+part/10), byte('0'+part%10))
	}
	return p
}

func (p *pen) order(b *buyer, deal uint16, d *deal, revision int64, at time.Duration) {
	name := "order.placed"
	if revision > 1 {
		name = "order.changed"
	}
	p.begin("SO-", b, "", deal, revision, "acme:erp", name, at)
	p.text(`,"order_id":"`).document("SO-", b, deal).text(`","order_date":"`).text(dateAfter(d.ordered)).text(`","gross":`).money(d.amount)
}

func (p *pen) payment(kind string, b *buyer, deal uint16, amount int64, debit bool, at time.Duration) {
	account := int64(b.key % 1e12)
	if p.day >= b.turns {
		account++
	}
	method := "credit_transfer"
	if debit {
		method = "direct_debit"
	}
	p.begin(kind, b, "", deal, 1, "acme:bank", "payment.received", at)
	p.text(`,"payment_id":"`).document(kind, b, deal).text(`","value_date":"`).text(p.date).text(`","amount":`).money(amount)
	p.text(`,"method":"`).text(method).text(`","payer":{"account_hash":"sha256:`).number(account)
	p.text(`"},"allocations":[{"invoice_id":"`).document("INV-", b, deal).text(`","amount":`).money(amount).text(`}]`)
}

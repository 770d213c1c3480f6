package erp

// money reads the amounts of a row and tells from their side what kind of document it is.
func (r *reader) money(w *row) {
	before := len(r.faults)
	kinds, word, known := r.kinds()
	signed, told := r.total(w, kinds)
	if len(r.faults) > before || !known || w.currency == 0 {
		return
	}
	if !told {
		r.refuse(r.amountField(), "", "empty")
		return
	}
	if signed == 0 {
		return
	}
	side := DebitSide
	if signed < 0 {
		side = CreditSide
	}
	if w.kind = kinds.on(side); w.kind == "" {
		other, _ := kinds.only()
		if word == "" {
			word = "a row"
		} else {
			word = quoted(word)
		}
		r.refuse(r.amountField(), r.text(r.amountField()), "is a %s, but %s is %s alone; give both kinds, such as [invoice, credit_note]", side, word, other)
		return
	}
	w.amount = max(signed, -signed)
	r.settled(w, signed)
}

// amountField is the field to blame for an amount.
func (r *reader) amountField() Field {
	for _, f := range []Field{Amount, Debit, Open} {
		if r.mapping.mapped(f) {
			return f
		}
	}
	return Amount
}

// total is the document's amount, debits positive.
func (r *reader) total(w *row, kinds Kinds) (signed int64, told bool) {
	if r.mapping.mapped(Debit) {
		return r.debitOrCredit(w)
	}
	f := r.amountField()
	minor, told := r.amount(f, w.currency)
	return r.turned(f, minor, kinds), told
}

// debitOrCredit is the amount that stands in one of two columns.
func (r *reader) debitOrCredit(w *row) (signed int64, told bool) {
	debit, isDebit := r.amount(Debit, w.currency)
	credit, isCredit := r.amount(Credit, w.currency)
	if debit != 0 && credit != 0 {
		r.refuse(Debit, r.text(Debit), "stands beside a credit of %s", quoted(r.text(Credit)))
	}
	return debit - credit, isDebit || isCredit
}

// turned gives an amount the sign by which debits are positive.
func (r *reader) turned(f Field, minor int64, kinds Kinds) int64 {
	m := r.mapping
	if m.mapped(SideOf) {
		word := r.must(SideOf)
		switch side, ok := m.Sides[word]; {
		case word == "":
		case !ok:
			r.refuse(SideOf, word, "is no side that values.side translates")
		case side == CreditSide:
			return -minor
		}
		return minor
	}
	switch m.Format.Signs {
	case CreditPositive:
		return -minor
	case Unsigned:
		if minor < 0 {
			r.refuse(f, r.text(f), "is negative, but format.signs says that there are no signs")
		}
		if kind, ok := kinds.only(); ok && sides[kind] == CreditSide {
			return -minor
		}
	}
	return minor
}

// settled reads what is open of a document or has been paid of it; signed is its amount, debits positive.
func (r *reader) settled(w *row, signed int64) {
	w.open = w.amount
	debit := w.kind == Invoice || w.kind == DebitNote
	if r.mapping.mapped(Open) && r.amountField() != Open {
		r.openPart(w, signed)
	}
	switch {
	case !debit:
		return
	case r.mapping.mapped(Paid):
		r.paidPart(w)
	case r.mapping.Layout == Ledger && r.mapping.mapped(PaidDate) && !r.mapping.mapped(Open):
		if r.text(PaidDate) != "" {
			w.open = 0
		}
	}
	w.paid = w.amount - w.open
	if w.paid > 0 && r.mapping.Layout == Ledger && r.text(PaidDate) == "" {
		r.refuse(PaidDate, "", "empty, but something has been paid")
	}
}

// openPart reads what is open of a document: no more than its amount, and on the same side.
func (r *reader) openPart(w *row, signed int64) {
	minor, told := r.amount(Open, w.currency)
	if !told {
		r.refuse(Open, "", "empty")
		return
	}
	open := minor
	if !r.mapping.mapped(Debit) {
		open = r.turned(Open, minor, Kinds{Debit: w.kind, Credit: w.kind})
	}
	if signed < 0 {
		open = -open
	}
	if r.mapping.mapped(Debit) {
		open = max(open, -open)
	}
	if open < 0 || open > w.amount {
		r.refuse(Open, r.text(Open), "is not between nothing and the document's amount")
		return
	}
	w.open = open
}

// paidPart reads what has been paid of a document: no more than its amount.
func (r *reader) paidPart(w *row) {
	paid, _ := r.amount(Paid, w.currency)
	if paid < 0 || paid > w.amount {
		r.refuse(Paid, r.text(Paid), "is not between nothing and the document's amount")
		return
	}
	w.open = w.amount - paid
}

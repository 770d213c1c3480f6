package state

// Cover is the body of cover.set: credit insurance or collateral for what a customer owes.
type Cover struct {
	CoverID      string
	Type         CoverType
	Amount       Money
	Ratio        string // the covered share as a plain decimal; empty: not told
	ValidFrom    Date
	ValidTo      Date  // inclusive; optional
	MEPDays      int64 // maximum extension period after the original due date; 0: not told
	ReportDays   int64 // from the due date until an overdue must be reported; 0: not told
	TransferDays int64 // until collection must be handed over; 0: not told
}

// CoverType is the contract's `kind` of a cover, closed.
type CoverType uint8

const (
	CoverInsurance CoverType = iota + 1
	CoverCollateral
)

// Merged is the body of customer.merged: the customer ends, another one is its heir.
type Merged struct {
	Into      CustomerID
	MergeDate Date
}

// Erased is the body of customer.erased: names, identifiers and people are to be removed, amounts stay.
type Erased struct {
	EraseDate Date
}

// GradeOverride is the body of grade.overridden: a person's grade, in force for 90 days.
type GradeOverride struct {
	OverrideID string
	Grade      Grade
	SetDate    Date
	Reason     string
	By         string
}

// Grade is one of the five credit grades (DOMAIN.md 2.14), best first.
type Grade uint8

const (
	GradeExcellent Grade = iota + 1
	GradeGood
	GradeFair
	GradeWatch
	GradeBad
	GradeOther
)

// String is the grade as events and records write it; empty of none.
func (g Grade) String() string {
	return [...]string{"", "excellent", "good", "fair", "watch", "bad", "other"}[g]
}

// Note is the body of note.added: what a person saw and no stream carries.
type Note struct {
	NoteID   string
	NoteDate Date
	Sign     NoteSign
	Text     string
}

// NoteSign is the sign that a person saw.
type NoteSign uint8

const (
	NoteSignUnset NoteSign = iota
	NotePriceDumping
	NoteLayoffs
	NoteLostKeyCustomer
	NoteRumour
	NotePremises
	NoteDisaster
	NoteNoAccounts
	NoteSignOther
)

// Rate is the body of fx.rate: one unit of Base is worth Value units of Quote. It is no customer's fact.
type Rate struct {
	Base, Quote Currency
	Value       string // a plain decimal
	RateDate    Date
}

func (b *Cover) Key() string         { return b.CoverID }
func (b *GradeOverride) Key() string { return b.OverrideID }
func (b *Note) Key() string          { return b.NoteID }

// Key is empty: a customer is merged once.
func (b *Merged) Key() string { return "" }

// Key is empty: a customer is erased once.
func (b *Erased) Key() string { return "" }

// Key joins what names a rate's register: base, quote and date.
func (b *Rate) Key() string {
	return b.Base.String() + "/" + b.Quote.String() + "/" + b.RateDate.String()
}

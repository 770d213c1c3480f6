package state

// Kind is a kind of event and, with the event's id, names a register. order.placed and order.changed are one kind.
type Kind uint8

// The kinds of event. Their numbers are part of the encoding: never renumber, only append.
const (
	KindNone Kind = iota
	KindOrder
	KindOrderCancelled
	KindInvoice
	KindInvoiceCredited
	KindInvoiceCancelled
	KindInvoiceWrittenOff
	KindPayment
	KindPaymentApplied
	KindPaymentReturned
	KindLimit
	KindProfile
	KindRegistry
	KindHeartbeat
	KindDispute
	KindDisputeClosed
	KindPromise
	KindContact
	KindTermsRequest
	KindPayerVerified
	KindCover
	KindGradeOverride
	KindNote
	KindMerged
	KindErased
	KindRate
)

// Event is one fact of a customer as its publisher states it: the whole content of one register at one revision.
//
// Events are values that nobody changes after decoding: facts, journal rows and messages may share their strings and
// bodies.
type Event struct {
	Kind     Kind
	Customer CustomerID // empty for registry events, exchange rates and heartbeats
	Stamp
	KnownAt Instant // when Tocsin could know it: the record's timestamp, in files recordedtime, else time
	Body    Body    // nil for heartbeats
}

// Stamp is what decides between two events of one register and what a content comparison needs beyond the body.
type Stamp struct {
	Revision int64
	Time     Instant // when it happened in the business
	ID       string  // the envelope's id
	Source   string  // the envelope's source
	Entity   string  // selling legal entity, if told
	// Ext is data's member ext in canonical JSON (RFC 8785), where the body reproduces everything else. Empty otherwise.
	Ext string
	// Canonical is data in canonical JSON when the body and Ext cannot reproduce it: unknown members,
	// unknown enum values, explicit nulls, an amount not written with its currency's full scale. Empty otherwise.
	Canonical string
}

// Body is the content of an event. The bodies are *Order, *OrderCancelled, *Invoice, *CreditNote, *InvoiceCancelled,
// *WriteOff, *Dispute, *DisputeClosed, *Payment, *Application, *Return, *Promise, *Contact, *TermsRequest, *PayerVerified,
// *LimitRevision, *Cover, *Profile, *Merged, *Erased, *GradeOverride, *Note, *RegistryFact and *Rate.
//
// A zero Date, a Money without currency, an empty string, a nil slice and FlagUnset mean that the publisher did not say.
type Body interface {
	// Key is the id that, with the kind (and the customer), names the register.
	Key() string
}

// Flag is an optional boolean.
type Flag uint8

const (
	FlagUnset Flag = iota
	FlagFalse
	FlagTrue
)

// Or is the flag's value, or unset where the publisher did not say.
func (f Flag) Or(unset bool) bool {
	if f == FlagUnset {
		return unset
	}
	return f == FlagTrue
}

// Order is the body of order.placed and order.changed.
type Order struct {
	OrderID           string
	OrderDate         Date
	Gross             Money
	Delivered         Money // optional
	Invoiced          Money // optional
	Prepaid           Money // optional
	RequestedDelivery Date  // optional
	Status            OrderStatus
	CreditHold        Flag
	Project           Flag
}

// OrderStatus is an order's own state; an unknown value counts as other, which is treated like open.
type OrderStatus uint8

const (
	OrderStatusUnset OrderStatus = iota
	OrderStatusOpen
	OrderStatusClosed
	OrderStatusOther
)

// OrderCancelled is the body of order.cancelled.
type OrderCancelled struct {
	OrderID    string
	CancelDate Date
	Reason     string
}

// Invoice is the body of invoice.issued.
type Invoice struct {
	InvoiceID       string
	Type            InvoiceType
	IssueDate       Date
	DueDate         Date
	Total           Money
	OriginalDueDate Date // optional
	DeliveryDate    Date // optional
	Terms           string
	DiscountUntil   Date // optional
	Instalments     []DueAmount
	Retention       DueAmount // zero: none
	OrderIDs        []string
	Replaces        string // invoice id
	ChangedDate     Date   // optional
	Factored        Factoring
	Batch           string
}

// InvoiceType tells an invoice from a debit note (the contract's `kind`, closed).
type InvoiceType uint8

const (
	InvoiceTypeUnset InvoiceType = iota
	InvoiceTypeInvoice
	InvoiceTypeDebitNote
)

// Factoring tells whether a receivable was sold.
type Factoring uint8

const (
	FactoringUnset Factoring = iota
	FactoringWithRecourse
	FactoringWithoutRecourse
	FactoringOther
)

// DueAmount is one due line as the publisher writes it: an instalment or a retention.
type DueAmount struct {
	DueDate Date
	Amount  Money
}

// CreditNote is the body of invoice.credited.
type CreditNote struct {
	CreditNoteID string
	CreditDate   Date
	Amount       Money
	Allocations  []Allocation
	Reason       string
	Cancelled    Flag
}

// Allocation books part of a payment or credit note on an invoice.
type Allocation struct {
	InvoiceID string
	Amount    Money
	By        AllocatedBy    // payment.received only
	Residual  ResidualReason // payment.applied only
}

// AllocatedBy tells who chose the invoices that a payment settles.
type AllocatedBy uint8

const (
	AllocatedByUnset AllocatedBy = iota
	AllocatedByCustomer
	AllocatedBySeller
	AllocatedByOther
)

// ResidualReason explains what an allocation leaves open.
type ResidualReason uint8

const (
	ResidualUnset ResidualReason = iota
	ResidualRetention
	ResidualWithholdingTax
	ResidualBankFee
	ResidualAgreedInstalment
	ResidualFX
	ResidualOther
)

// InvoiceCancelled is the body of invoice.cancelled.
type InvoiceCancelled struct {
	InvoiceID  string
	CancelDate Date
}

// WriteOff is the body of invoice.written_off.
type WriteOff struct {
	InvoiceID    string
	WriteOffDate Date
	Amount       Money
}

// Payment is the body of payment.received.
type Payment struct {
	PaymentID       string
	ValueDate       Date
	Amount          Money
	Method          Method
	Cleared         Flag // unset: true
	MaturityDate    Date // bills
	BillKind        BillKind
	RemittanceRef   string
	PayerAccount    string // hash of the payer's account
	PayerName       string
	EndToEndID      string
	Allocations     []Allocation
	DepositForOrder string
}

// Method is how a payment was made.
type Method uint8

const (
	MethodUnset Method = iota
	MethodCreditTransfer
	MethodDirectDebit
	MethodCard
	MethodCheque
	MethodBill
	MethodCash
	MethodNetting
	MethodOther
)

// BillKind tells a commercial acceptance from a bank's, which is no risk on the customer.
type BillKind uint8

const (
	BillKindUnset BillKind = iota
	BillKindCommercial
	BillKindBank
	BillKindOther
)

// Application is the body of payment.applied: it replaces all allocations of its payment from AppliedDate on.
type Application struct {
	PaymentID   string
	AppliedDate Date
	Allocations []Allocation
}

// Return is the body of payment.returned.
type Return struct {
	PaymentID     string
	ReturnDate    Date
	Amount        Money
	ReasonCode    string
	Allocations   []Allocation
	BookedInError Flag
}

// LimitRevision is the body of limit.set. A withdrawn limit has Withdrawn set and no amount; an amount of zero means
// prepayment only.
type LimitRevision struct {
	LimitID    string
	Type       LimitType
	Amount     Money
	Withdrawn  bool
	ValidFrom  Date
	ValidTo    Date // inclusive; optional
	ReviewDate Date // optional
	Hard       Flag // unset: true
}

// LimitType is the contract's `kind` of a limit, closed.
type LimitType uint8

const (
	LimitBase LimitType = iota + 1
	LimitTemporary
	LimitGroup
)

// Profile is the body of customer.profile.
type Profile struct {
	Customer          CustomerID
	Name              string
	Country           string
	Identifiers       []Identifier
	Segment           string
	Parent            CustomerID
	CreditManager     string
	AccountOwner      string
	CustomerSince     Date
	ReportingCurrency Currency
	Status            ProfileStatus
	Type              ProfileType
}

// ProfileStatus is a customer's standing with the seller.
type ProfileStatus uint8

const (
	ProfileStatusUnset ProfileStatus = iota
	ProfileActive
	ProfileDormant
	ProfileBlocked
	ProfileStatusOther
)

// ProfileType is the contract's `kind` of a customer.
type ProfileType uint8

const (
	ProfileTypeUnset ProfileType = iota
	ProfileCompany
	ProfilePublicBody
	ProfileIntercompany
	ProfilePerson
	ProfileTypeOther
)

// RegistryFact is the body of registry.event: what a public register says of a party.
type RegistryFact struct {
	Registry   string
	Identifier Identifier
	Type       string // canonical, lower case: liquidation, winding_up_petition, …; unknown ones as sent
	SubjectID  string
	Effective  Date
	Published  Instant // optional
	Amount     Money   // optional
	Rating     Rating  // optional
	Detail     string  // joined, left, unreachable, …
	Share      string  // decimal of control or capital, optional
	Status     RegistryStatus
	Retracts   Flag
	URL        string
}

// Rating is an agency's change of opinion.
type Rating struct {
	Agency, Old, New string
	Notches          int64
}

// RegistryStatus tells whether the state that a register reports still stands.
type RegistryStatus uint8

const (
	RegistryStatusUnset RegistryStatus = iota
	RegistryActive
	RegistryEnded
	RegistryStatusOther
)

func (b *Order) Key() string            { return b.OrderID }
func (b *OrderCancelled) Key() string   { return b.OrderID }
func (b *Invoice) Key() string          { return b.InvoiceID }
func (b *CreditNote) Key() string       { return b.CreditNoteID }
func (b *InvoiceCancelled) Key() string { return b.InvoiceID }
func (b *WriteOff) Key() string         { return b.InvoiceID }
func (b *Payment) Key() string          { return b.PaymentID }
func (b *Application) Key() string      { return b.PaymentID }
func (b *Return) Key() string           { return b.PaymentID }
func (b *LimitRevision) Key() string    { return b.LimitID }

// Key is empty: a customer has one profile.
func (b *Profile) Key() string { return "" }

// Key joins what names a registry fact's register: registry, identifier, type, subject and effective date.
func (b *RegistryFact) Key() string {
	return b.Registry + "\x00" + b.Identifier.Scheme + "\x00" + b.Identifier.Country + "\x00" + b.Identifier.Value + "\x00" + b.Type + "\x00" + b.SubjectID + "\x00" + b.Effective.String()
}

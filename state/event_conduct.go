package state

// Dispute is the body of dispute.opened.
type Dispute struct {
	DisputeID  string
	OpenedDate Date
	InvoiceIDs []string
	Amount     Money // goes to the invoices in the order listed, up to what is open on each
	Reason     DisputeReason
}

// DisputeReason is what a customer objects to.
type DisputeReason uint8

const (
	DisputeReasonUnset DisputeReason = iota
	DisputeQuality
	DisputeQuantity
	DisputePrice
	DisputeDelivery
	DisputeDuplicate
	DisputeReturn
	DisputeReasonOther
)

// DisputeClosed is the body of dispute.closed.
type DisputeClosed struct {
	DisputeID  string
	ClosedDate Date
	Outcome    DisputeOutcome
	Accepted   Money // optional
}

// DisputeOutcome is how a dispute ended (closed).
type DisputeOutcome uint8

const (
	DisputeAccepted DisputeOutcome = iota + 1
	DisputeRejected
	DisputePartly
	DisputeWithdrawn
)

// Promise is the body of promise.made. A higher revision with a later PromisedDate is a reschedule.
type Promise struct {
	PromiseID    string
	MadeDate     Date
	PromisedDate Date
	Amount       Money
	InvoiceIDs   []string
	Status       PromiseStatus
	ChangedDate  Date // optional: of a reschedule or withdrawal
}

// PromiseStatus tells whether a promise still stands. Whether it was kept is computed, never told.
type PromiseStatus uint8

const (
	PromiseStatusUnset PromiseStatus = iota
	PromiseOpen
	PromiseWithdrawn
	PromiseStatusOther
)

// Contact is the body of contact.attempted.
type Contact struct {
	ContactID   string
	ContactDate Date
	Direction   ContactDirection
	Channel     ContactChannel
	Outcome     ContactOutcome
}

// ContactDirection tells who contacted whom.
type ContactDirection uint8

const (
	ContactDirectionUnset ContactDirection = iota
	ContactOutbound
	ContactInbound
	ContactDirectionOther
)

// ContactChannel is the way that a contact took.
type ContactChannel uint8

const (
	ContactPhone ContactChannel = iota + 1
	ContactEmail
	ContactLetter
	ContactVisit
	ContactPortal
	ContactChannelOther
)

// ContactOutcome is what came of a contact.
type ContactOutcome uint8

const (
	ContactReached ContactOutcome = iota + 1
	ContactNoAnswer
	ContactVoicemail
	ContactNoReply
	ContactRefused
	ContactUndeliverable
	ContactOutcomeOther
)

// TermsRequest is the body of terms.requested.
type TermsRequest struct {
	RequestID   string
	RequestDate Date
	Type        RequestType
	Requester   Requester
	Status      RequestStatus
	InvoiceIDs  []string
	Plan        []DueAmount // the lines of an instalment plan
}

// RequestType is the contract's `request`, closed.
type RequestType uint8

const (
	RequestMoratorium RequestType = iota + 1
	RequestComposition
	RequestInstalmentPlan
	RequestDueDateExtension
	RequestLongerTerms
	RequestLimitIncrease
	RequestOrderRelease
)

// Requester tells whose wish a request is.
type Requester uint8

const (
	RequesterUnset Requester = iota
	RequesterCustomer
	RequesterSeller
	RequesterOther
)

// RequestStatus is where a request stands.
type RequestStatus uint8

const (
	RequestStatusUnset RequestStatus = iota
	RequestOpen
	RequestAccepted
	RequestRefused
	RequestWithdrawn
	RequestCompleted
	RequestStatusOther
)

// PayerVerified is the body of payer.verified: this payer is known and agreed.
type PayerVerified struct {
	AccountHash  string
	VerifiedDate Date
	Type         PayerType
}

// PayerType is the contract's `kind` of a payer.
type PayerType uint8

const (
	PayerTypeUnset PayerType = iota
	PayerOwnAccount
	PayerGroup
	PayerFactor
	PayerPaymentService
	PayerTypeOther
)

func (b *Dispute) Key() string       { return b.DisputeID }
func (b *DisputeClosed) Key() string { return b.DisputeID }
func (b *Promise) Key() string       { return b.PromiseID }
func (b *Contact) Key() string       { return b.ContactID }
func (b *TermsRequest) Key() string  { return b.RequestID }
func (b *PayerVerified) Key() string { return b.AccountHash }

package contract

import "slices"

// Code says why a document is refused. The list is closed.
type Code string

// The refusal codes of the contract.
const (
	TooLarge         Code = "too_large"         // more than MaxValue bytes
	UTF8             Code = "utf8"              // not valid UTF-8
	JSON             Code = "json"              // not JSON, an escaped lone surrogate, or U+0000
	DuplicateKey     Code = "duplicate_key"     // one object names a member twice
	TooDeep          Code = "too_deep"          // nested deeper than MaxDepth
	TooLong          Code = "too_long"          // a string or an array beyond its limit
	IDLength         Code = "id_length"         // an id that is empty or longer than MaxID
	SpecVersion      Code = "specversion"       // not CloudEvents 1.0
	TypeUnknown      Code = "type_unknown"      // no type of the contract
	TypeUnsupported  Code = "type_unsupported"  // a type of the contract that a version sets aside; this one has them all
	Missing          Code = "missing"           // a required member is not there or null
	WrongType        Code = "wrong_type"        // another kind of JSON value than the member takes
	Format           Code = "format"            // not written as its kind demands: date, instant, decimal, URI reference
	Range            Code = "range"             // well written but out of bounds
	MoneyFormat      Code = "money_format"      // an amount that is no plain decimal
	MoneyNegative    Code = "money_negative"    // an amount with a minus sign
	MoneyScale       Code = "money_scale"       // more decimals than the currency has
	MoneyRange       Code = "money_range"       // more than an int64 of minor units holds
	CurrencyUnknown  Code = "currency_unknown"  // no currency of ISO 4217
	CurrencyMismatch Code = "currency_mismatch" // amounts of one document in different currencies
	EnumUnknown      Code = "enum_unknown"      // a value that a closed list does not have
	SubjectMismatch  Code = "subject_mismatch"  // subject is not the customer
	TimeFuture       Code = "time_future"       // happened long after it was known
	RevisionConflict Code = "revision_conflict" // lost against other content at the same revision; found by who applies events
	RawFeed          Code = "raw_feed"          // a registry's own format on a topic without its decoder
)

// Codes lists all codes in the contract's order, which is their rank: a document with several faults is refused with the
// code that comes first here.
func Codes() []Code {
	return []Code{
		TooLarge, UTF8, JSON, DuplicateKey, TooDeep, TooLong, IDLength, SpecVersion, TypeUnknown, TypeUnsupported,
		Missing, WrongType, Format, Range, MoneyFormat, MoneyNegative, MoneyScale, MoneyRange, CurrencyUnknown,
		CurrencyMismatch, EnumUnknown, SubjectMismatch, TimeFuture, RevisionConflict, RawFeed,
	}
}

// rank is the code's place in the list.
func (c Code) rank() int { return slices.Index(Codes(), c) }

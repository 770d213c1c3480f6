package contract

// Code says why a document is refused. The list is closed, and its order is the rank: a document with several faults is
// refused with the code that comes first here.
type Code uint8

// The refusal codes of the contract, in its order.
const (
	TooLarge         Code = iota + 1 // more than MaxValue bytes
	UTF8                             // not valid UTF-8
	JSON                             // not JSON, an escaped lone surrogate, or U+0000
	DuplicateKey                     // one object names a member twice
	TooDeep                          // nested deeper than MaxDepth
	TooLong                          // a string or an array beyond its limit
	IDLength                         // an id that is empty or longer than MaxID
	SpecVersion                      // not CloudEvents 1.0
	TypeUnknown                      // no type of the contract
	TypeUnsupported                  // a type of the contract that this version sets aside
	Missing                          // a required member is not there or null
	WrongType                        // another kind of JSON value than the member takes
	Format                           // not written as its kind demands: date, instant, decimal, URI reference
	Range                            // well written but out of bounds
	MoneyFormat                      // an amount that is no plain decimal
	MoneyNegative                    // an amount with a minus sign
	MoneyScale                       // more decimals than the currency has
	MoneyRange                       // more than an int64 of minor units holds
	CurrencyUnknown                  // no currency of ISO 4217
	CurrencyMismatch                 // amounts of one document in different currencies
	EnumUnknown                      // a value that a closed list does not have
	SubjectMismatch                  // subject is not the customer
	TimeFuture                       // happened long after it was known
	RevisionConflict                 // lost against other content at the same revision; found by who applies events
	RawFeed                          // a registry's own format on a topic without its decoder
)

// codeNames are the names on the wire.
var codeNames = [...]string{
	"", "too_large", "utf8", "json", "duplicate_key", "too_deep", "too_long", "id_length", "specversion", "type_unknown",
	"type_unsupported", "missing", "wrong_type", "format", "range", "money_format", "money_negative", "money_scale",
	"money_range", "currency_unknown", "currency_mismatch", "enum_unknown", "subject_mismatch", "time_future",
	"revision_conflict", "raw_feed",
}

// String is the code as the contract spells it.
func (c Code) String() string {
	if int(c) >= len(codeNames) {
		return ""
	}
	return codeNames[c]
}

// Codes lists all codes in their order.
func Codes() []Code {
	codes := make([]Code, 0, len(codeNames)-1)
	for c := TooLarge; c <= RawFeed; c++ {
		codes = append(codes, c)
	}
	return codes
}

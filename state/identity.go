package state

// CustomerID is the seller's own number for a customer: opaque, case-sensitive, 1 to 128 code points.
type CustomerID string

// Portfolio is the customer id under which signals of the whole ledger are told.
const Portfolio CustomerID = "*"

// Identifier names a party in a public register. Country counts for the schemes reg and vat only and is empty elsewhere.
type Identifier struct {
	Scheme  string // lei, duns, vat, reg, gln
	Value   string
	Country string // ISO 3166-1 alpha-2
}

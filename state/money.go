package state

// Currency is an ISO 4217 alphabetic code packed into 16 bits, letter by letter in base 27; zero is "none".
type Currency uint16

// Money is an amount in minor units of its currency (cents; yen; fils). A Money without currency is "not told".
type Money struct {
	Minor    int64
	Currency Currency
}

package state

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Pseudonyms give names that tell nothing: keyed hashes, under a secret that a store made when it was made itself and that
// never leaves it. The same name always gives the same pseudonym, so what belongs together still does; without the secret
// nobody can try a list of customers against them.
//
// # Why not drawn at random
//
// An ERP goes on to send what it knows of a customer who was erased. To recognise that, a store would have to keep the
// customer's id beside the drawn name, and that is what must not be kept.
type Pseudonyms struct{ secret []byte }

// NewPseudonyms gives names under a store's secret.
func NewPseudonyms(secret []byte) Pseudonyms { return Pseudonyms{secret} }

// pseudonymPrefix is how the pseudonym of a customer begins, for people to recognise.
const pseudonymPrefix = "erased-"

// Customer is the pseudonym of a customer.
func (p Pseudonyms) Customer(id CustomerID) CustomerID {
	return CustomerID(pseudonymPrefix + p.of("customer", string(id)))
}

// Case is the pseudonym of a case's id.
func (p Pseudonyms) Case(id string) string { return p.of("case", id) }

// document is the pseudonym of a document's id, empty for none.
func (p Pseudonyms) document(id string) string {
	if id == "" {
		return ""
	}
	return p.of("document", id)
}

// of is 128 bits of HMAC-SHA-256 over what is named and its name.
func (p Pseudonyms) of(what, name string) string {
	mac := hmac.New(sha256.New, p.secret)
	mac.Write([]byte(what + "\x00" + name))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// IsPseudonym tells whether a customer's id has the form of a pseudonym. A publisher may send such an id, too.
func IsPseudonym(id CustomerID) bool { return strings.HasPrefix(string(id), pseudonymPrefix) }

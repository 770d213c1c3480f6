package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tocsin/consumer"
	"tocsin/state"
)

// Panicked tells of customers whose steps panicked. They were played up to there and have no customer record; their later lines
// count as accepted. All others were played to the end.
type Panicked struct {
	Customers []PanickedCustomer // by id
}

// PanickedCustomer is one of them.
type PanickedCustomer struct {
	Customer state.CustomerID
	Day      state.Date // of the step
	Panic    *consumer.Panicked
}

// toldOf is of how many an error tells by name.
const toldOf = 5

func (p *Panicked) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d customers could not be played to the end:", len(p.Customers))
	for i, c := range p.Customers {
		if i == toldOf {
			b.WriteString(" …")
			break
		}
		fmt.Fprintf(&b, " %s on %s: %v;", c.Customer, c.Day, c.Panic)
	}
	return strings.TrimSuffix(b.String(), ";")
}

// panickedError is an error if there are any.
func panickedError(customers []PanickedCustomer) error {
	if len(customers) == 0 {
		return nil
	}
	slices.SortFunc(customers, func(a, b PanickedCustomer) int { return cmp.Compare(a.Customer, b.Customer) })
	return &Panicked{customers}
}

package contract

import "tocsin/state"

// slab hands out values of one type that are allocated many at a time.
type slab[T any] struct {
	block []T
	used  int
	given bool // the value after the used ones was handed out and may be anything
}

const slabSize = 128

// next is a zero value to fill. Unless it is kept, the following call returns the same.
func (s *slab[T]) next() *T {
	if s.used == len(s.block) {
		s.block, s.used = make([]T, slabSize), 0
	}
	v := &s.block[s.used]
	if s.given {
		var zero T
		*v = zero
	}
	s.given = true
	return v
}

// keep leaves the value that next returned to its holder.
func (s *slab[T]) keep() {
	s.used++
	s.given = false
}

// slot is the place of one kind of body in a target.
type slot[T any] struct {
	body *T
	from *slab[T] // nil until a body is taken
}

// slots hold the body that is being read or written, each in the slot of its kind; what the others hold means nothing.
type slots struct {
	order            slot[state.Order]
	orderCancelled   slot[state.OrderCancelled]
	invoice          slot[state.Invoice]
	creditNote       slot[state.CreditNote]
	invoiceCancelled slot[state.InvoiceCancelled]
	writeOff         slot[state.WriteOff]
	dispute          slot[state.Dispute]
	disputeClosed    slot[state.DisputeClosed]
	payment          slot[state.Payment]
	application      slot[state.Application]
	paymentReturn    slot[state.Return]
	promise          slot[state.Promise]
	contact          slot[state.Contact]
	termsRequest     slot[state.TermsRequest]
	payerVerified    slot[state.PayerVerified]
	profile          slot[state.Profile]
	merged           slot[state.Merged]
	erased           slot[state.Erased]
	gradeOverride    slot[state.GradeOverride]
	note             slot[state.Note]
	limit            slot[state.LimitRevision]
	cover            slot[state.Cover]
	registry         slot[state.RegistryFact]
	rate             slot[state.Rate]
}

// bodyShape is what can be done with the slot of a type. That of a type without body does nothing.
type bodyShape struct {
	take func(*slots) state.Body  // makes a fresh body the target
	keep func(*slots)             // leaves the body to its event
	set  func(*slots, state.Body) // makes an event's body the target, for writing
}

var bodiless = bodyShape{
	take: func(*slots) state.Body { return nil },
	keep: func(*slots) {},
	set:  func(*slots, state.Body) {},
}

// bodyIn is the shape of a slot.
func bodyIn[T any, B interface {
	*T
	state.Body
}](at func(*slots) *slot[T]) bodyShape {
	return bodyShape{
		take: func(all *slots) state.Body {
			s := at(all)
			if s.from == nil {
				s.from = new(slab[T])
			}
			s.body = s.from.next()
			return B(s.body)
		},
		keep: func(all *slots) { at(all).from.keep() },
		set:  func(all *slots, b state.Body) { at(all).body = b.(B) },
	}
}

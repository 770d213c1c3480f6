package alerts

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tocsin/state"
)

// DigestAgenda are the steps that are to be taken with invoices, by whose they are, as the store has them when a digest is made.
type DigestAgenda struct {
	Count, Missed int
	Owners        []DigestSteps // the first of them, by how many steps are missed, then how many there are, then by name
	More          int           // owners that are not among these
}

// DigestSteps are the steps of one person, or of a role in which a customer's profile names nobody.
type DigestSteps struct {
	Person        string // empty: nobody is named
	Role          string // the first of Roles in which the person has any
	Count, Missed int
	Steps         []DigestStep // in the order of Steps
	Customer      state.CustomerID
	Name          string      // of the customer with the largest; empty: no profile is known
	Largest       state.Money // of the largest step
}

// DigestStep is how often a step is to be taken.
type DigestStep struct {
	Step  string
	Count int
}

// NewDigestAgenda counts work items by whose they are.
func NewDigestAgenda(items []WorkItem) (a DigestAgenda) {
	at := map[[2]string]int{}
	for i := range items {
		w := &items[i]
		key := [2]string{w.Person, w.Role}
		if w.Person != "" {
			key[1] = ""
		}
		place, known := at[key]
		if !known {
			place = len(a.Owners)
			at[key] = place
			a.Owners = append(a.Owners, DigestSteps{Person: w.Person, Role: w.Role})
		}
		a.Owners[place].add(w)
		a.Count++
		if w.Missed {
			a.Missed++
		}
	}
	for i := range a.Owners {
		slices.SortFunc(a.Owners[i].Steps, func(x, y DigestStep) int {
			return cmp.Compare(slices.Index(Steps(), x.Step), slices.Index(Steps(), y.Step))
		})
	}
	slices.SortFunc(a.Owners, func(x, y DigestSteps) int {
		return cmp.Or(cmp.Compare(y.Missed, x.Missed), cmp.Compare(y.Count, x.Count), strings.Compare(x.Person, y.Person), strings.Compare(x.Role, y.Role))
	})
	a.More = max(0, len(a.Owners)-digestOwners)
	a.Owners = a.Owners[:len(a.Owners)-a.More]
	return a
}

func (s *DigestSteps) add(w *WorkItem) {
	s.Count++
	if w.Missed {
		s.Missed++
	}
	if slices.Index(Roles(), w.Role) < slices.Index(Roles(), s.Role) {
		s.Role = w.Role
	}
	at := slices.IndexFunc(s.Steps, func(d DigestStep) bool { return d.Step == w.Step })
	if at < 0 {
		at = len(s.Steps)
		s.Steps = append(s.Steps, DigestStep{Step: w.Step})
	}
	s.Steps[at].Count++
	if order := compareMoney(w.Amount, s.Largest); order < 0 || order == 0 && w.Customer < s.Customer {
		s.Customer, s.Largest = w.Customer, w.Amount
	}
}

// WorkItem is a step in words: of which invoice, what and by when. Quote makes what publishers wrote fit for where it is shown.
func (l *Language) WorkItem(w *WorkItem, quote func(string) string) string {
	p := PhraseAgendaItem
	if w.Missed {
		p = PhraseAgendaMissed
	}
	return l.Phrase(p, "invoice", quote(w.Invoice), "step", l.code(w.Step), "amount", l.Amount(w.Amount), "date", l.Date(w.By))
}

// digestAgenda are the steps in words.
func (l *Language) digestAgenda(a *DigestAgenda, quote func(string) string) DigestPart {
	p := DigestPart{Title: l.Phrase(PhraseDigestAgenda, "count", strconv.Itoa(a.Count), "missed", strconv.Itoa(a.Missed))}
	for i := range a.Owners {
		s := &a.Owners[i]
		who := l.code(s.Role)
		switch s.Person {
		case "":
		case Erased:
			who = l.Phrase(PhraseErased)
		default:
			who = quote(s.Person)
		}
		steps := make([]string, len(s.Steps))
		for j, d := range s.Steps {
			steps[j] = l.code(fmt.Sprintf("%s %d", d.Step, d.Count))
		}
		p.Lines = append(p.Lines, l.Phrase(PhraseDigestSteps, "who", who, "steps", l.List(steps), "missed", strconv.Itoa(s.Missed),
			"customer", l.digestName(s.Customer, s.Name, quote), "amount", l.Amount(s.Largest)))
	}
	return l.more(p, a.More, quote("tocsin tasks agenda"))
}

func (a *DigestAgenda) append(b []byte, name string) []byte {
	b = appendNumberMember(append(appendMember(b, name), '{'), "count", int64(a.Count))
	b = appendNumberMember(b, "missed", int64(a.Missed))
	b = appendList(appendMember(b, "owners"), a.Owners, func(b []byte, s *DigestSteps) []byte {
		b = appendOptional(append(b, '{'), "person", s.Person)
		b = appendStringMember(b, "role", s.Role)
		b = appendNumberMember(appendNumberMember(b, "count", int64(s.Count)), "missed", int64(s.Missed))
		b = appendList(appendMember(b, "steps"), s.Steps, func(b []byte, d *DigestStep) []byte {
			return append(appendNumberMember(appendStringMember(append(b, '{'), "step", d.Step), "count", int64(d.Count)), '}')
		})
		b = appendStringMember(b, "largest_customer_id", string(s.Customer))
		b = appendOptional(b, "largest_name", s.Name)
		return append(appendMoneyMember(b, "largest", s.Largest), '}')
	})
	return append(appendNumberMember(b, "more_owners", int64(a.More)), '}')
}

// digestAgendaWire is the shape in which it is read.
type digestAgendaWire struct {
	Count  int `json:"count"`
	Missed int `json:"missed"`
	Owners []struct {
		Person string `json:"person"`
		Role   string `json:"role"`
		Count  int    `json:"count"`
		Missed int    `json:"missed"`
		Steps  []struct {
			Step  string `json:"step"`
			Count int    `json:"count"`
		} `json:"steps"`
		Customer string    `json:"largest_customer_id"`
		Name     string    `json:"largest_name"`
		Largest  moneyWire `json:"largest"`
	} `json:"owners"`
	More int `json:"more_owners"`
}

func (w *digestAgendaWire) agenda() DigestAgenda {
	a := DigestAgenda{Count: w.Count, Missed: w.Missed, More: w.More}
	for i := range w.Owners {
		o := &w.Owners[i]
		s := DigestSteps{Person: o.Person, Role: o.Role, Count: o.Count, Missed: o.Missed, Customer: state.CustomerID(o.Customer), Name: o.Name, Largest: state.Money(o.Largest)}
		for _, d := range o.Steps {
			s.Steps = append(s.Steps, DigestStep(d))
		}
		a.Owners = append(a.Owners, s)
	}
	return a
}

package detectors

import (
	"sync"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"tocsin/state"
)

// traits are what a segment's condition sees of a customer. What the profile does not say is an empty string.
type traits struct {
	Segment       string `expr:"segment"`
	Country       string `expr:"country"`
	Kind          string `expr:"kind"`
	Status        string `expr:"status"`
	Class         string `expr:"customer_class"`
	CreditManager string `expr:"credit_manager"`
	AccountOwner  string `expr:"account_owner"`
	SinceDays     int    `expr:"customer_since_days"` // days of the relationship; unknownDays: not known
}

const (
	nameClass = "customer_class"
	nameSince = "customer_since_days"

	unknownDays = -1
)

// condition is a segment's `when`, compiled. It is shared by all goroutines.
type condition struct {
	program    *vm.Program
	readsClass bool
	readsSince bool
	machines   sync.Pool // of *machine
}

// machine is what one evaluation needs, kept for the next.
type machine struct {
	vm     vm.VM
	traits traits
}

// compileCondition takes comparisons of the traits with texts and numbers, joined by and, or, not. Whatever could loop,
// allocate without bound or call something is refused. The error is a *ConditionError.
func compileCondition(text string) (*condition, error) {
	_, names, err := parseGuarded(text, conditionGrammar)
	if err != nil {
		return nil, err
	}
	program, err := expr.Compile(text, expr.Env(&traits{}), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(mostConditionNodes))
	if err != nil {
		return nil, conditionError(text, err)
	}
	c := &condition{program: program, readsClass: names[nameClass], readsSince: names[nameSince]}
	c.machines.New = func() any { return new(machine) }
	return c, nil
}

// holds tells whether a customer fulfils the condition. One that reads a trait which is not known is not fulfilled.
func (c *condition) holds(t traits) bool {
	if c.readsSince && t.SinceDays == unknownDays {
		return false
	}
	m := c.machines.Get().(*machine)
	defer c.machines.Put(m)
	m.traits = t
	result, err := m.vm.Run(c.program, &m.traits)
	return err == nil && result == true
}

// traitsOf reads the profile. The customer class, which costs a look at the invoices, is left empty.
func traitsOf(v *state.View) traits {
	p := v.Profile()
	if p == nil {
		return traits{SinceDays: unknownDays}
	}
	t := traits{
		Segment: p.Segment, Country: p.Country, Kind: kindName(p.Type), Status: statusName(p.Status),
		CreditManager: p.CreditManager, AccountOwner: p.AccountOwner, SinceDays: unknownDays,
	}
	if p.CustomerSince != 0 && p.CustomerSince <= v.Day {
		t.SinceDays = int(v.Day - p.CustomerSince)
	}
	return t
}

func kindName(t state.ProfileType) string {
	return [...]string{
		state.ProfileTypeUnset: "", state.ProfileCompany: "company", state.ProfilePublicBody: "public_body",
		state.ProfileIntercompany: "intercompany", state.ProfilePerson: "person", state.ProfileTypeOther: "other",
	}[t]
}

func statusName(s state.ProfileStatus) string {
	return [...]string{
		state.ProfileStatusUnset: "", state.ProfileActive: "active", state.ProfileDormant: "dormant",
		state.ProfileBlocked: "blocked", state.ProfileStatusOther: "other",
	}[s]
}

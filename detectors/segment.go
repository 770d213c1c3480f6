package detectors

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
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

	mostConditionBytes = 2000
	mostConditionNodes = 100
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

// ConditionError is a fault in a segment's `when`. Line and Column count from 1 within the expression; columns are
// characters.
type ConditionError struct {
	Line, Column int
	Problem      string
}

func (e *ConditionError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Problem)
}

// compileCondition takes comparisons of the traits with texts and numbers, joined by and, or, not. Whatever could loop,
// allocate without bound or call something is refused. The error is a *ConditionError.
func compileCondition(text string) (*condition, error) {
	if len(text) > mostConditionBytes {
		return nil, &ConditionError{1, 1, fmt.Sprintf("is longer than %d bytes", mostConditionBytes)}
	}
	limits := conf.CreateNew()
	limits.MaxNodes = mostConditionNodes
	tree, err := parser.ParseWithConfig(text, limits)
	if err != nil {
		return nil, conditionError(text, err)
	}
	guard := guard{text: text, names: map[string]bool{}}
	ast.Walk(&tree.Node, &guard)
	if guard.err != nil {
		return nil, guard.err
	}
	program, err := expr.Compile(text, expr.Env(&traits{}), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(mostConditionNodes))
	if err != nil {
		return nil, conditionError(text, err)
	}
	c := &condition{program: program, readsClass: guard.names[nameClass], readsSince: guard.names[nameSince]}
	c.machines.New = func() any { return new(machine) }
	return c, nil
}

// conditionError turns what the expression language says into a *ConditionError.
func conditionError(text string, err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		problem, _, _ := strings.Cut(err.Error(), "\n")
		return &ConditionError{1, 1, problem}
	}
	return &ConditionError{max(at.Line, 1), at.Column + 1, at.Message}
}

// guard refuses every node that is not known to be harmless.
type guard struct {
	text  string
	names map[string]bool
	err   error
}

var harmlessOperators = map[string]bool{
	"==": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true, "and": true, "&&": true, "or": true, "||": true,
	"not": true, "!": true, "in": true, "contains": true, "startsWith": true, "endsWith": true,
}

// Visit is called for children before their parents, so the first refusal is the innermost.
func (g *guard) Visit(node *ast.Node) {
	problem := ""
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		g.names[n.Value] = true
	case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode, *ast.ArrayNode:
	case *ast.UnaryNode:
		problem = refuseOperator(n.Operator)
	case *ast.BinaryNode:
		problem = refuseOperator(n.Operator)
	default:
		name := strings.TrimSuffix(reflect.TypeOf(n).Elem().Name(), "Node")
		problem = fmt.Sprintf("%s is not allowed in a condition", strings.ToLower(name))
	}
	if problem != "" && g.err == nil {
		at := (&file.Error{Location: (*node).Location()}).Bind(file.NewSource(g.text))
		g.err = &ConditionError{at.Line, at.Column + 1, problem}
	}
}

func refuseOperator(operator string) string {
	if harmlessOperators[operator] {
		return ""
	}
	return fmt.Sprintf("operator %s is not allowed in a condition", operator)
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

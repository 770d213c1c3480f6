package detectors

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Bounds of every expression that a configuration holds.
const (
	mostConditionBytes = 2000
	mostConditionNodes = 100
)

// ConditionError is a fault in an expression of the configuration. Line and Column count from 1 within the expression; columns
// are characters.
type ConditionError struct {
	Line, Column int
	Problem      string
	Unknown      string // the name that is unknown, where that is the problem
}

func (e *ConditionError) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Problem)
}

// faultAt is a fault at a place within an expression.
func faultAt(text string, at file.Location, format string, args ...any) *ConditionError {
	bound := (&file.Error{Location: at}).Bind(file.NewSource(text))
	return &ConditionError{Line: bound.Line, Column: bound.Column + 1, Problem: fmt.Sprintf(format, args...)}
}

// conditionError turns what the expression language says into a *ConditionError.
func conditionError(text string, err error) error {
	var at *file.Error
	if !errors.As(err, &at) {
		problem, _, _ := strings.Cut(err.Error(), "\n")
		return &ConditionError{Line: 1, Column: 1, Problem: problem}
	}
	return &ConditionError{Line: max(at.Line, 1), Column: at.Column + 1, Problem: at.Message}
}

// grammar is what of the expression language is taken. It has neither calls nor loops, so that an expression costs no more
// than its nodes.
type grammar struct {
	of        string // what it is the grammar of: a condition
	operators map[string]bool
	decimals  bool // numbers may have them
}

var conditionGrammar = &grammar{of: "a condition", operators: wordSet(
	"== != < <= > >= and && or || not ! in contains startsWith endsWith")}

// wordSet is the set of the words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// parseGuarded parses an expression of a grammar, and tells which names it reads. The error is a *ConditionError.
func parseGuarded(text string, g *grammar) (ast.Node, map[string]bool, error) {
	if len(text) > mostConditionBytes {
		return nil, nil, &ConditionError{Line: 1, Column: 1, Problem: fmt.Sprintf("is longer than %d bytes", mostConditionBytes)}
	}
	limits := conf.CreateNew()
	limits.MaxNodes = mostConditionNodes
	tree, err := parser.ParseWithConfig(text, limits)
	if err != nil {
		return nil, nil, conditionError(text, err)
	}
	guard := guard{grammar: g, text: text, names: map[string]bool{}}
	ast.Walk(&tree.Node, &guard)
	if guard.err != nil {
		return nil, nil, guard.err
	}
	return tree.Node, guard.names, nil
}

// guard refuses every node that is not known to be harmless.
type guard struct {
	*grammar
	text  string
	names map[string]bool
	err   error
}

// Visit is called for children before their parents, so the first refusal is the innermost.
func (g *guard) Visit(node *ast.Node) {
	problem := ""
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		g.names[n.Value] = true
	case *ast.StringNode, *ast.IntegerNode, *ast.BoolNode, *ast.ArrayNode:
	case *ast.FloatNode:
		if !g.decimals {
			problem = "float is not allowed in " + g.of
		}
	case *ast.UnaryNode:
		problem = g.refuse(n.Operator)
	case *ast.BinaryNode:
		problem = g.refuse(n.Operator)
	default:
		name := strings.TrimSuffix(reflect.TypeOf(n).Elem().Name(), "Node")
		problem = fmt.Sprintf("%s is not allowed in %s", strings.ToLower(name), g.of)
	}
	if problem != "" && g.err == nil {
		g.err = faultAt(g.text, (*node).Location(), "%s", problem)
	}
}

func (g *guard) refuse(operator string) string {
	if g.operators[operator] {
		return ""
	}
	return fmt.Sprintf("operator %s is not allowed in %s", operator, g.of)
}

package detectors

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"tocsin/state"
)

// formula is an expression of a custom sign, compiled: a condition over features. It is shared by all goroutines.
//
// # Why it is not run by the expression language
//
// The language reads, and tells where something is wrong. What it computes with are floats, and an amount that is unknown
// would be a number like any other. A formula is exact, and knows what it does not know: what holds or fails whatever an
// unknown feature were is known, all else is not.
type formula struct {
	root     *term
	features []*Feature // that it reads, in the order of the text, each once
}

// term is a node of a formula.
type term struct {
	do          operation
	unit        Measure
	constant    reading  // of a literal
	feature     *Feature // of a feature
	words       []string // of doAmong
	left, right *term    // nil where there is none
}

// reading is a value. Which field counts its unit tells.
type reading struct {
	known  bool
	yes    bool
	number number
	word   string
}

func truth(yes bool) reading { return reading{known: true, yes: yes} }

func amount(n number) reading { return reading{known: true, number: n} }

func word(text string) reading { return reading{known: true, word: text} }

// operation is what a term does with its parts.
type operation uint8

const (
	doLiteral operation = iota
	doFeature
	doNot
	doNegate
	doAnd
	doOr
	doEqual
	doUnequal
	doBelow
	doUpTo
	doAbove
	doFrom
	doAmong
	doContains
	doStartsWith
	doEndsWith
	doPlus
	doMinus
	doTimes
	doOver
)

var operations = map[string]operation{
	"not": doNot, "!": doNot, "and": doAnd, "&&": doAnd, "or": doOr, "||": doOr,
	"==": doEqual, "!=": doUnequal, "<": doBelow, "<=": doUpTo, ">": doAbove, ">=": doFrom,
	"in": doAmong, "contains": doContains, "startsWith": doStartsWith, "endsWith": doEndsWith,
	"+": doPlus, "-": doMinus, "*": doTimes, "/": doOver,
}

var formulaGrammar = &grammar{of: "a sign", decimals: true, operators: wordSet(
	"== != < <= > >= and && or || not ! in contains startsWith endsWith + - * /")}

// compileFormula takes a condition over features. The error is a *ConditionError.
func compileFormula(text string) (*formula, error) {
	tree, _, err := parseGuarded(text, formulaGrammar)
	if err != nil {
		return nil, err
	}
	c := compiler{text: text, formula: &formula{}}
	c.root = c.term(tree)
	switch {
	case c.err != nil:
		return nil, c.err
	case c.root.unit != InTruth:
		return nil, faultAt(text, tree.Location(), "is %s and no condition", c.root.unit)
	case len(c.features) == 0:
		return nil, faultAt(text, tree.Location(), "reads no feature: it always says the same")
	}
	return c.formula, nil
}

// compiler turns a tree that the guard has passed into terms. The first fault stays, and a term is there all the same.
type compiler struct {
	*formula
	text string
	err  *ConditionError
}

func (c *compiler) fail(node ast.Node, format string, args ...any) *term {
	if c.err == nil {
		c.err = faultAt(c.text, node.Location(), format, args...)
	}
	return &term{unit: InTruth}
}

func (c *compiler) term(node ast.Node) *term {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return c.read(n)
	case *ast.BoolNode:
		return &term{unit: InTruth, constant: truth(n.Value)}
	case *ast.StringNode:
		return &term{unit: InWord, constant: word(n.Value)}
	case *ast.IntegerNode, *ast.FloatNode:
		return c.literal(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	default:
		return c.fail(node, "a list stands only after in")
	}
}

// read is a feature by its name.
func (c *compiler) read(n *ast.IdentifierNode) *term {
	f := featureNamed(n.Value)
	if f == nil {
		first := c.err == nil
		t := c.fail(n, "unknown feature %s", n.Value)
		if first {
			c.err.Unknown = n.Value
		}
		return t
	}
	if !slices.Contains(c.features, f) {
		c.features = append(c.features, f)
	}
	return &term{do: doFeature, unit: f.Unit, feature: f}
}

// literals are the numbers that are taken: those that are amounts, days and shares in the real world.
var literals = regexp.MustCompile(`^[0-9]{1,15}(\.[0-9]{1,9})?$`)

// literal reads a number from the text, since the language would round it.
func (c *compiler) literal(n ast.Node) *term {
	runes, at := []rune(c.text), n.Location()
	text := strings.ReplaceAll(string(runes[at.From:at.To]), "_", "")
	if !literals.MatchString(text) {
		return c.fail(n, "%s is not a decimal number of at most 15 digits before and 9 after the point", text)
	}
	exact, _ := new(big.Rat).SetString(text)
	return &term{unit: inPlain, constant: amount(wideNumber(exact))}
}

func (c *compiler) unary(n *ast.UnaryNode) *term {
	of := c.term(n.Node)
	switch {
	case c.err != nil:
		return of
	case operations[n.Operator] == doNot:
		if of.unit != InTruth {
			return c.fail(n, "%s is no condition to deny", of.unit)
		}
		return &term{do: doNot, unit: InTruth, left: of}
	case !of.unit.IsNumber():
		return c.fail(n, "%s has no sign", of.unit)
	case n.Operator == "+":
		return of
	}
	return folded(&term{do: doNegate, unit: of.unit, left: of})
}

func (c *compiler) binary(n *ast.BinaryNode) *term {
	do := operations[n.Operator]
	if do == doAmong {
		return c.among(n)
	}
	t := &term{do: do, left: c.term(n.Left), right: c.term(n.Right)}
	if c.err != nil {
		return t
	}
	fits := false
	switch l, r := t.left.unit, t.right.unit; do {
	case doAnd, doOr:
		t.unit, fits = InTruth, l == InTruth && r == InTruth
	case doEqual, doUnequal:
		_, numbers := l.beside(r)
		t.unit, fits = InTruth, numbers || l == r
	case doBelow, doUpTo, doAbove, doFrom:
		_, fits = l.beside(r)
		t.unit = InTruth
	case doContains, doStartsWith, doEndsWith:
		t.unit, fits = InTruth, l == InWord && r == InWord
	case doTimes:
		t.unit, fits = l.times(r)
	case doOver:
		t.unit, fits = l.over(r)
	default:
		t.unit, fits = l.beside(r)
	}
	if !fits {
		return c.fail(n, "%s %s %s: these do not go together", t.left.unit, n.Operator, t.right.unit)
	}
	if do == doOver && t.right.do == doLiteral && t.right.constant.number.sign() == 0 {
		return c.fail(n, "divides by zero")
	}
	return folded(t)
}

// among is a word in a list of words.
func (c *compiler) among(n *ast.BinaryNode) *term {
	t := &term{do: doAmong, unit: InTruth, left: c.term(n.Left)}
	list, ok := n.Right.(*ast.ArrayNode)
	if c.err != nil {
		return t
	}
	if !ok || t.left.unit != InWord {
		return c.fail(n, "in stands between a word and a list of words")
	}
	for _, node := range list.Nodes {
		one, ok := node.(*ast.StringNode)
		if !ok {
			return c.fail(node, "in stands between a word and a list of words")
		}
		t.words = append(t.words, one.Value)
	}
	return t
}

// folded is a term of numbers that are written as the number that it comes to.
func folded(t *term) *term {
	if t.unit.IsNumber() && t.left.do == doLiteral && (t.right == nil || t.right.do == doLiteral) {
		return &term{unit: t.unit, constant: t.read(nil)}
	}
	return t
}

// inputs are the parts of a customer that the features depend on, and those whose news moves them.
func (f *formula) inputs() (all, news state.Inputs) {
	for _, one := range f.features {
		all, news = all|one.Inputs, news|one.News
	}
	return all, news
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// value is what a setting binds to a field: how it is read, shown and bounded.
type value interface {
	// read takes the node's content, or notes every fault of it.
	read(r *reader, key string, n *yaml.Node)
	// readText takes an environment variable's text.
	readText(r *reader, key, text string)
	// show is the present content as one line of YAML that is JSON too.
	show() string
	// bounds tells people what is allowed; empty where anything of the type is.
	bounds() string
}

// scalar is a value that is one word or number.
type scalar struct {
	kind    string // what it should be, for messages: "a whole number"
	tags    string // YAML types that are taken, blank-separated
	allowed string
	set     func(text string) error
	get     func() string // as JSON
}

func (s scalar) read(r *reader, key string, n *yaml.Node) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || !strings.Contains(s.tags, n.Tag) {
		hint := ""
		if n.Kind == yaml.ScalarNode && n.Tag != "!!null" && s.tags == textTags {
			hint = "; quote it"
		}
		r.refuse(n, key, "%s is not %s%s", describe(n), s.kind, hint)
		return
	}
	if err := s.set(n.Value); err != nil {
		r.refuse(n, key, "%v", err)
	}
}

func (s scalar) readText(r *reader, key, text string) {
	if err := s.set(text); err != nil {
		r.refuse(&yaml.Node{}, key, "%v", err)
	}
}

func (s scalar) show() string   { return s.get() }
func (s scalar) bounds() string { return s.allowed }

// The YAML types that each kind of scalar takes. A date without quotes is a timestamp to YAML.
const (
	textTags   = "!!str"
	wordTags   = "!!str !!timestamp"
	numberTags = "!!int !!float !!str"
)

// text binds free text that check may refuse; a nil check takes everything.
func text(p *string, allowed string, check func(string) error) value {
	return scalar{
		kind: "text", tags: textTags, allowed: allowed,
		set: func(s string) error {
			if check != nil {
				if err := check(s); err != nil {
					return err
				}
			}
			*p = s
			return nil
		},
		get: func() string { return quote(*p) },
	}
}

// oneOf binds a word of a closed list.
func oneOf(p *string, words ...string) value {
	v := text(p, strings.Join(words, ", "), func(s string) error {
		for _, w := range words {
			if s == w {
				return nil
			}
		}
		return notOneOf(s, words)
	}).(scalar)
	v.tags = "!!str !!bool" // off is a boolean to older YAML
	return v
}

// integer binds a whole number between low and high.
func integer(p *int, low, high int) value {
	return scalar{
		kind: "a whole number", tags: "!!int !!float", allowed: fmt.Sprintf("%d to %d", low, high),
		set: func(s string) error {
			n, err := strconv.Atoi(s)
			switch {
			case errors.Is(err, strconv.ErrRange), err == nil && (n < low || n > high):
				return fmt.Errorf("%s is not between %d and %d", clip(s), low, high)
			case err != nil:
				return fmt.Errorf("%s is not a whole number", clip(s))
			}
			*p = n
			return nil
		},
		get: func() string { return strconv.Itoa(*p) },
	}
}

// boolean binds true or false.
func boolean(p *bool) value {
	return scalar{
		kind: "true or false", tags: "!!bool", allowed: "true, false",
		set: func(s string) error {
			switch s {
			case "true":
				*p = true
			case "false":
				*p = false
			default:
				return fmt.Errorf("%s is not true or false", clip(s))
			}
			return nil
		},
		get: func() string { return strconv.FormatBool(*p) },
	}
}

// duration binds a length of time between low and high, written like 30s, 15m or 24h.
func duration(p *time.Duration, low, high time.Duration) value {
	return scalar{
		kind: "a duration such as 30s, 15m or 24h", tags: textTags,
		allowed: fmt.Sprintf("%s to %s", showDuration(low), showDuration(high)),
		set: func(s string) error {
			d, err := time.ParseDuration(s)
			if err != nil {
				return fmt.Errorf("%q is not a duration such as 30s, 15m or 24h", clip(s))
			}
			if d < low || d > high {
				return fmt.Errorf("%s is not between %s and %s", clip(s), showDuration(low), showDuration(high))
			}
			*p = d
			return nil
		},
		get: func() string { return quote(showDuration(*p)) },
	}
}

// showDuration writes 24h rather than 24h0m0s.
func showDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// decimal is an exact decimal number as text in its shortest form: no sign, exponent or trailing zeros.
type decimal string

var decimalForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$`)

// parseDecimal reads a number that is not negative.
func parseDecimal(s string) (decimal, error) {
	if !decimalForm.MatchString(s) {
		return "", fmt.Errorf("%s is not a decimal number of at most 15 digits before and 9 after the point", clip(s))
	}
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return decimal(s), nil
}

func (d decimal) rat() *big.Rat {
	r, _ := new(big.Rat).SetString(string(d))
	return r
}

// number binds a decimal number between low and high.
func number(p *decimal, low, high decimal) value {
	return scalar{
		kind: "a number", tags: numberTags, allowed: fmt.Sprintf("%s to %s", low, high),
		set: func(s string) error {
			d, err := parseDecimal(s)
			if err != nil {
				return err
			}
			if d.rat().Cmp(low.rat()) < 0 || d.rat().Cmp(high.rat()) > 0 {
				return fmt.Errorf("%s is not between %s and %s", clip(s), low, high)
			}
			*p = d
			return nil
		},
		get: func() string { return string(*p) },
	}
}

// quote writes a string as JSON, which is YAML too.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(b)
}

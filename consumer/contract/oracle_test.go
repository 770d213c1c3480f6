package contract

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/state"

	"github.com/go-json-experiment/json/jsontext"
)

// The oracle judges a document by the contract's text, with go-json-experiment, which is strict about UTF-8 and repeated
// names, and none of the decoder's code. A word of the text is a member: its name, ! when it is required, ? when not, and its kind. Kinds in brackets are closed enums.
const contractText = `
order.placed: order_id!id order_date!date gross!money delivered?money invoiced?money prepaid?money requested_delivery_date?date status?text credit_hold?bool project?bool
order.cancelled: order_id!id cancel_date!date reason?text
invoice.issued: invoice_id!id kind?[invoice|debit_note] issue_date!date due_date!date total!money original_due_date?date delivery_date?date terms?text discount_until_date?date instalments?list:due retention?object:due order_ids?ids replaces?id changed_date?date factored?text batch?text
invoice.credited: credit_note_id!id credit_date!date amount!money allocations?list:allocation reason?text cancelled?bool
invoice.cancelled: invoice_id!id cancel_date!date
invoice.written_off: invoice_id!id write_off_date!date amount!money
dispute.opened: dispute_id!id opened_date!date invoice_ids!ids amount!money reason?text
dispute.closed: dispute_id!id closed_date!date outcome![accepted|rejected|partly|withdrawn] accepted_amount?money
payment.received: payment_id!id value_date!date amount!money method?text cleared?bool maturity_date?date bill_kind?text remittance_ref?text payer?object:payer end_to_end_id?id allocations?list:received deposit_for_order?id
payment.applied: payment_id!id applied_date!date allocations!list:applied
payment.returned: payment_id!id return_date!date amount!money reason_code?text allocations?list:allocation booked_in_error?bool
promise.made: promise_id!id made_date!date promised_date!date amount!money invoice_ids?ids status?text changed_date?date
contact.attempted: contact_id!id contact_date!date direction?text channel!text outcome!text
terms.requested: request_id!id request_date!date request![moratorium|composition|instalment_plan|due_date_extension|longer_terms|limit_increase|order_release] requester?text status?text invoice_ids?ids plan?list:due
payer.verified: account_hash!id verified_date!date kind?text
customer.profile: name!text country!text identifiers?list:identifier segment?text parent_customer_id?id credit_manager?text account_owner?text customer_since_date?date reporting_currency?currency status?text kind?text
customer.merged: into!id merge_date!date
customer.erased: erase_date!date
grade.overridden: override_id!id grade!text set_date!date reason!text by?text
note.added: note_id!id note_date!date sign?text text?text
limit.set: limit_id!id kind![base|temporary|group] amount!limit valid_from_date!date valid_to_date?date review_date?date hard?bool
cover.set: cover_id!id kind![insurance|collateral] amount!money cover_ratio?ratio valid_from_date!date valid_to_date?date mep_days?days report_days?days transfer_days?days
registry.event: registry!text identifier!object:identifier kind!text subject_id?id effective_date!date published_at?instant amount?money rating?object:rating detail?text share?decimal status?text retracts?bool url?text
fx.rate: base!currency quote!currency rate!rate rate_date!date
due: due_date!date amount!money
allocation: invoice_id!id amount!money
received: invoice_id!id amount!money by?text
applied: invoice_id!id amount!money residual_reason?text
payer: account_hash?text name?text
identifier: scheme![lei|duns|vat|reg|gln] value!id country?text
rating: agency?text old?text new?text notches?integer
money: amount!text currency!text
`

type rule struct {
	name     string
	required bool
	kind     string
}

var (
	wordForm = regexp.MustCompile(`^([a-z_]+)([!?])(.+)$`)
	plain    = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	shape    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
	integral = regexp.MustCompile(`^-?[0-9]+$`)
)

// rulesOf reads a line of the text.
func rulesOf(name string) []rule {
	for line := range strings.Lines(contractText) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != name+":" {
			continue
		}
		var rules []rule
		for _, w := range words[1:] {
			m := wordForm.FindStringSubmatch(w)
			rules = append(rules, rule{m[1], m[2] == "!", m[3]})
		}
		return rules
	}
	return nil
}

// verdict gathers the codes that an oracle finds.
type verdict struct{ codes []Code }

func (v *verdict) add(c Code) { v.codes = append(v.codes, c) }

// first is the code that decides; empty when there is none.
func (v *verdict) first() Code {
	for _, c := range Codes() {
		if slices.Contains(v.codes, c) {
			return c
		}
	}
	return ""
}

// judge is the code with which a document must be refused; empty: accepted.
func judge(doc []byte) Code {
	v := &verdict{}
	switch {
	case len(doc) > MaxValue:
		return TooLarge
	case !utf8.Valid(doc):
		return UTF8
	case !jsontext.Value(doc).IsValid(jsontext.AllowDuplicateNames(true)):
		return JSON // lone surrogates are none of its strings
	}
	tree := v.structure(doc)
	if c := v.first(); c != "" {
		return c
	}
	v.envelope(tree)
	return v.first()
}

// treeOf is the value of a text that is JSON, with numbers as they are written.
func treeOf(doc []byte) any { return (&verdict{}).structure(doc) }

// structure reads a text that is JSON and looks at what holds for every value: names, depth, and length of strings and
// arrays.
func (v *verdict) structure(doc []byte) any {
	if !jsontext.Value(doc).IsValid() {
		v.add(DuplicateKey)
	}
	return v.tree(jsontext.NewDecoder(bytes.NewReader(doc), jsontext.AllowDuplicateNames(true)))
}

// tree reads the next value.
func (v *verdict) tree(d *jsontext.Decoder) any {
	token, err := d.ReadToken()
	if err != nil {
		panic(err)
	}
	if (token.Kind() == '{' || token.Kind() == '[') && d.StackDepth() > MaxDepth {
		v.add(TooDeep)
	}
	switch token.Kind() {
	case '{':
		members := map[string]any{}
		for d.PeekKind() != '}' {
			name, _ := v.tree(d).(string)
			members[name] = v.tree(d)
		}
		d.ReadToken()
		return members
	case '[':
		elements := []any{}
		for d.PeekKind() != ']' {
			elements = append(elements, v.tree(d))
		}
		d.ReadToken()
		if len(elements) > MaxArray {
			v.add(TooLong)
		}
		return elements
	case '"':
		return v.string(token.String())
	case '0':
		return json.Number(token.String())
	case 't', 'f':
		return token.Bool()
	}
	return nil
}

func (v *verdict) string(s string) string {
	if utf8.RuneCountInString(s) > MaxString {
		v.add(TooLong)
	}
	if strings.Contains(s, "\x00") {
		v.add(JSON)
	}
	return s
}

func (v *verdict) envelope(tree any) {
	doc, ok := tree.(map[string]any)
	if !ok {
		v.add(WrongType)
		return
	}
	text := func(name string, required bool) (string, bool) {
		switch s := doc[name].(type) {
		case nil:
			if required {
				v.add(Missing)
			}
		case string:
			return s, true
		default:
			v.add(WrongType)
		}
		return "", false
	}
	if s, ok := text("specversion", true); ok && s != "1.0" {
		v.add(SpecVersion)
	}
	if s, ok := text("id", true); ok {
		v.id(s)
	}
	if s, ok := text("source", true); ok && !uriReference([]byte(s)) || ok && s == "" {
		v.add(Format)
	}
	for _, name := range []string{"datacontenttype", "dataschema", "traceparent", "tracestate"} {
		text(name, false)
	}
	v.times(text)
	subject, hasSubject := text("subject", false)
	name, known := text("type", true)
	name, dressed := strings.CutPrefix(name, "tocsin.")
	name, dressed2 := strings.CutSuffix(name, ".v1")
	name = strings.Replace(name, "order.changed", "order.placed", 1)
	rules := rulesOf(name)
	isType := dressed && dressed2 && (rules != nil && strings.Contains(name, ".") || name == "heartbeat")
	if known && !isType {
		v.add(TypeUnknown)
	}
	v.data(doc, name, rules, isType, subject, hasSubject)
}

func (v *verdict) times(text func(string, bool) (string, bool)) {
	var at, recorded time.Time
	if s, ok := text("time", true); ok {
		at = v.instant(s)
	}
	if s, ok := text("recordedtime", false); ok {
		recorded = v.instant(s)
	}
	if !at.IsZero() && !recorded.IsZero() && at.After(recorded.Add(DefaultAhead)) {
		v.add(TimeFuture)
	}
}

func (v *verdict) instant(s string) time.Time {
	upper := strings.ToUpper(s)
	leap := len(upper) > 19 && upper[16:19] == ":60"
	if leap {
		upper = upper[:16] + ":59" + upper[19:]
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(upper)); err != nil || !shape.MatchString(upper) {
		v.add(Format)
		return time.Time{}
	}
	t = t.UTC()
	if leap {
		t = t.Add(time.Second)
		if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
			v.add(Format)
			return time.Time{}
		}
	}
	if t.Year() < 1970 || t.Year() > 2199 {
		v.add(Range)
		return time.Time{}
	}
	return t
}

func (v *verdict) id(s string) {
	if n := utf8.RuneCountInString(s); n < 1 || n > MaxID {
		v.add(IDLength)
	}
}

func (v *verdict) data(doc map[string]any, name string, rules []rule, isType bool, subject string, hasSubject bool) {
	data, isObject := doc["data"].(map[string]any)
	switch {
	case doc["data"] == nil:
		v.add(Missing)
	case isType && !isObject:
		v.add(WrongType)
	}
	if !isType {
		return
	}
	ofCustomer := name != "registry.event" && name != "fx.rate" && name != "heartbeat"
	if ofCustomer && doc["subject"] == nil {
		v.add(Missing)
	}
	if !isObject || name == "heartbeat" {
		return
	}
	rules = append(slices.Clone(rules), rule{"revision", true, "revision"}, rule{"entity_id", false, "id"})
	if ofCustomer {
		rules = append(rules, rule{"customer_id", true, "id"})
		customer, ok := data["customer_id"].(string)
		if n := utf8.RuneCountInString(customer); ok && hasSubject && n >= 1 && n <= MaxID && subject != customer {
			v.add(SubjectMismatch)
		}
	}
	v.object(data, rules)
	switch name {
	case "order.placed":
		v.oneCurrency(data["gross"], data["delivered"], data["invoiced"], data["prepaid"])
	case "invoice.issued":
		moneys := []any{}
		lines, _ := data["instalments"].([]any)
		for _, line := range append(lines, data["retention"]) {
			if m, ok := line.(map[string]any); ok {
				moneys = append(moneys, m["amount"])
			}
		}
		v.oneCurrency(data["total"], moneys...)
	case "fx.rate":
		base, _ := data["base"].(string)
		if _, ok := state.ParseCurrency(base); ok && base == data["quote"] {
			v.add(Range)
		}
	}
}

func (v *verdict) oneCurrency(main any, others ...any) {
	currencyOf := func(m any) string {
		object, _ := m.(map[string]any)
		code, _ := object["currency"].(string)
		if _, ok := state.ParseCurrency(code); !ok {
			return ""
		}
		return code
	}
	for _, other := range others {
		if a, b := currencyOf(main), currencyOf(other); a != "" && b != "" && a != b {
			v.add(CurrencyMismatch)
		}
	}
}

func (v *verdict) object(m map[string]any, rules []rule) {
	for _, r := range rules {
		value := m[r.name]
		_, there := m[r.name]
		switch {
		case value != nil:
			v.value(r, value)
		case r.kind == "limit" && there:
		case r.required:
			v.add(Missing)
		}
	}
}

func (v *verdict) value(r rule, value any) {
	kind, of, _ := strings.Cut(r.kind, ":")
	switch kind {
	case "bool":
		if _, ok := value.(bool); !ok {
			v.add(WrongType)
		}
	case "integer":
		v.integer(value, math.MinInt64, math.MaxInt64)
	case "revision":
		v.integer(value, 1, math.MaxInt64)
	case "days":
		v.integer(value, 0, 3650)
	case "money", "limit":
		if m, ok := value.(map[string]any); ok {
			v.money(m)
		} else {
			v.add(WrongType)
		}
	case "object":
		if m, ok := value.(map[string]any); ok {
			v.object(m, rulesOf(of))
		} else {
			v.add(WrongType)
		}
	case "list", "ids":
		v.list(value, kind, of)
	default:
		if s, ok := value.(string); ok {
			v.text(r.kind, s)
		} else {
			v.add(WrongType)
		}
	}
}

func (v *verdict) list(value any, kind, of string) {
	elements, ok := value.([]any)
	if !ok {
		v.add(WrongType)
	}
	for _, e := range elements {
		switch e := e.(type) {
		case string:
			if kind != "ids" {
				v.add(WrongType)
			}
			v.id(e)
		case map[string]any:
			if kind == "ids" {
				v.add(WrongType)
			}
			v.object(e, rulesOf(of))
		default:
			v.add(WrongType)
		}
	}
}

func (v *verdict) integer(value any, low, high int64) {
	n, ok := value.(json.Number)
	if !ok || !integral.MatchString(string(n)) {
		v.add(WrongType)
		return
	}
	i, err := strconv.ParseInt(string(n), 10, 64)
	if err != nil || i < low || i > high {
		v.add(Range)
	}
}

func (v *verdict) text(kind, s string) {
	switch {
	case kind == "id":
		v.id(s)
	case kind == "date":
		v.date(s)
	case kind == "instant":
		v.instant(s)
	case kind == "decimal" || kind == "ratio" || kind == "rate":
		v.decimal(kind, s)
	case kind == "currency":
		if _, ok := state.ParseCurrency(s); !ok {
			v.add(CurrencyUnknown)
		}
	case kind[0] == '[':
		if !slices.Contains(strings.Split(strings.Trim(kind, "[]"), "|"), s) {
			v.add(EnumUnknown)
		}
	}
}

// decimal judges a plain decimal; a ratio is 1 at most, a rate more than 0.
func (v *verdict) decimal(kind, s string) {
	if !plain.MatchString(s) {
		v.add(Format)
		return
	}
	x, _ := new(big.Rat).SetString(s)
	if kind == "ratio" && x.Cmp(big.NewRat(1, 1)) > 0 || kind == "rate" && x.Sign() == 0 {
		v.add(Range)
	}
}

func (v *verdict) date(s string) {
	day, err := time.Parse("2006-01-02", s)
	switch {
	case err != nil || len(s) != 10:
		v.add(Format)
	case day.Year() < 1970 || day.Year() > 2199:
		v.add(Range)
	}
}

func (v *verdict) money(m map[string]any) {
	v.object(m, rulesOf("money"))
	amount, hasAmount := m["amount"].(string)
	code, hasCode := m["currency"].(string)
	right := hasAmount && plain.MatchString(amount)
	if hasAmount && !right {
		if rest, minus := strings.CutPrefix(amount, "-"); minus && plain.MatchString(rest) {
			v.add(MoneyNegative)
		} else {
			v.add(MoneyFormat)
		}
	}
	currency, ok := state.ParseCurrency(code)
	if hasCode && !ok {
		v.add(CurrencyUnknown)
	}
	if !right || !ok {
		return
	}
	_, decimals, _ := strings.Cut(amount, ".")
	if len(decimals) > currency.Scale() {
		v.add(MoneyScale)
		return
	}
	minor, _ := new(big.Int).SetString(strings.Replace(amount, ".", "", 1)+strings.Repeat("0", currency.Scale()-len(decimals)), 10)
	if !minor.IsInt64() {
		v.add(MoneyRange)
	}
}

package contract

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"tocsin/state"
)

// amountText is a money object as it stands in the document; nil: not there or not a string.
type amountText struct {
	amount, code     []byte
	amountAt, codeAt int
}

const (
	moneyHead   = `{"amount":"`
	moneyMiddle = `","currency":"`
	moneyTail   = `"}`
)

func (d *Decoder) money(f *field, p int) int {
	b := d.buf
	if b[p] != '{' {
		return d.refuse(p, wants[f.kind])
	}
	d.amount = amountText{}
	next := d.object(moneyTable, p)
	if next >= 0 {
		d.evaluate(f.money(&d.target))
	}
	return next
}

// plainMoney reads money that is right and written the usual way: amount, then currency, no white space. Whatever is
// different goes the long way and gets the same result: 0.
func (d *Decoder) plainMoney(f *field, p int) int {
	const most = 18                                             // digits that fit whatever they are
	const rest = len(moneyMiddle) + len("EUR") + len(moneyTail) // bytes behind the amount
	b := d.buf
	from := p + len(moneyHead)
	if from > len(b) || string(b[p:from]) != moneyHead {
		return 0
	}
	minor, i := int64(0), from
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		minor = minor*10 + int64(b[i]-'0')
	}
	whole, decimals := i-from, 0
	if i < len(b) && b[i] == '.' {
		for i++; i < len(b) && b[i]-'0' <= 9; i++ {
			minor = minor*10 + int64(b[i]-'0')
			decimals++
		}
		if decimals == 0 {
			return 0
		}
	}
	if i > len(b)-rest {
		return 0
	}
	behind := (*[rest]byte)(b[i : i+rest])
	code := binary.LittleEndian.Uint32(behind[len(moneyMiddle):])
	known := d.currencies.place(code)
	if known.text != code {
		known.learn(code)
	}
	if string(behind[:len(moneyMiddle)]) != moneyMiddle || behind[rest-1] != '}' || known.currency == 0 ||
		decimals != known.scale || whole == 0 || whole+decimals > most || b[from] == '0' && whole > 1 {
		return 0
	}
	*f.money(&d.target) = state.Money{Minor: minor, Currency: known.currency}
	return i + rest
}

// currencyCodes remembers currencies that amounts were in, each at the place of its last two letters. Amounts are in few of
// them.
type currencyCodes [1 << 8]knownCurrency

type knownCurrency struct {
	text     uint32         // the code and the quote behind it, the first letter lowest
	currency state.Currency // 0: there is none of that code
	scale    int            // number of decimals
}

// of is the currency of a code; 0 for none.
func (c *currencyCodes) of(code []byte) state.Currency {
	if len(code) != len("EUR") {
		return 0
	}
	text := uint32(code[0]) | uint32(code[1])<<8 | uint32(code[2])<<16 | '"'<<24
	known := c.place(text)
	if known.text != text {
		known.learn(text)
	}
	return known.currency
}

// place is where the currency of a text is, or another one.
func (c *currencyCodes) place(text uint32) *knownCurrency {
	return &c[uint8(text>>4)&0xF0|uint8(text>>16)&0x0F]
}

// learn makes the place that of a text.
func (k *knownCurrency) learn(text uint32) {
	*k = knownCurrency{text: text}
	code := binary.LittleEndian.AppendUint32(nil, text)
	if currency, found := state.ParseCurrency(code[:3]); found && code[3] == '"' {
		k.currency, k.scale = currency, currency.Scale()
	}
}

// evaluate turns the texts of a money object into m.
func (d *Decoder) evaluate(m *state.Money) {
	a := d.amount
	plain := a.amount != nil && d.checkAmount(a)
	if a.code == nil {
		return
	}
	currency, found := state.ParseCurrency(a.code)
	if !found {
		d.unknownCurrency(a.codeAt, a.code)
		return
	}
	m.Currency = currency
	if !plain {
		return
	}
	decimals := 0
	if point := bytes.IndexByte(a.amount, '.'); point >= 0 {
		decimals = len(a.amount) - point - 1
	}
	if decimals > currency.Scale() {
		d.fault(MoneyScale, a.amountAt, "%s has %d decimals; %s has %d", clip(a.amount), decimals, a.code, currency.Scale())
		return
	}
	minor, fits := minorUnits(a.amount, currency.Scale()-decimals)
	if !fits {
		d.fault(MoneyRange, a.amountAt, "%s is more than Tocsin can count; give at most %s", clip(a.amount),
			state.FormatMinor(math.MaxInt64, currency.Scale()))
		return
	}
	m.Minor = minor
	if decimals < currency.Scale() {
		d.odd() // another way to write the amount
	}
}

// checkAmount notes an amount that is no plain decimal.
func (d *Decoder) checkAmount(a amountText) bool {
	switch {
	case plainDecimal(a.amount):
		return true
	case len(a.amount) > 0 && a.amount[0] == '-' && plainDecimal(a.amount[1:]):
		d.fault(MoneyNegative, a.amountAt, "%s is negative; amounts carry no sign, the type tells the direction", clip(a.amount))
	default:
		d.fault(MoneyFormat, a.amountAt, "%q is no plain decimal; give %s", clip(a.amount), wants[kindMoneyAmount])
	}
	return false
}

// plainDecimal tells whether s is (0|[1-9][0-9]*)(\.[0-9]+)?
func plainDecimal(s []byte) bool {
	whole := digits(s, 0)
	if whole == 0 || s[0] == '0' && whole > 1 {
		return false
	}
	if whole == len(s) {
		return true
	}
	return s[whole] == '.' && whole+1 < len(s) && digits(s, whole+1) == len(s)
}

// isZero tells whether a plain decimal is 0, whatever its decimals.
func isZero(s []byte) bool {
	for _, c := range s {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}

// atMostOne tells whether a plain decimal is 1 at most.
func atMostOne(s []byte) bool {
	whole, decimals, _ := bytes.Cut(s, []byte("."))
	return string(whole) == "0" || string(whole) == "1" && isZero(decimals)
}

// minorUnits is a plain decimal without its point, with zeros more digits.
func minorUnits(s []byte, zeros int) (n int64, fits bool) {
	for _, c := range s {
		if c == '.' {
			continue
		}
		if n > (math.MaxInt64-int64(c-'0'))/10 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	for range zeros {
		if n > math.MaxInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

// sameCurrency notes an amount that is not in the currency of its document's main amount.
func (d *Decoder) sameCurrency(main, other state.Money, pointer string) {
	if differ(main, other) {
		d.fault(CurrencyMismatch, d.offsetOf(pointer+"/currency"), "the currency is %s, but the document's is %s; give one currency",
			other.Currency, main.Currency)
	}
}

// differ tells whether two amounts are in different currencies. Amounts that are not told have none.
func differ(a, b state.Money) bool { return a.Told() && b.Told() && a.Currency != b.Currency }

func instalmentPointer(i int) string { return "/data/instalments/" + strconv.Itoa(i) + "/amount" }

// oneOf lists values for a message.
func oneOf(values []string) string { return strings.Join(values, ", ") }

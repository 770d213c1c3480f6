package state

// Currency is an ISO 4217 alphabetic code packed into 16 bits, letter by letter in base 27; zero is "none".
type Currency uint16

// The currencies of ISO 4217 that are active or were withdrawn since 2015, by their number of decimals. Of the X codes
// only those that pay for goods are here: precious metals, units of account and test codes are not money that a customer
// owes.
const (
	currencies0 = "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
	currencies2 = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD " +
		"GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL LTL MAD MDL MGA " +
		"MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON " +
		"RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS " +
		"UAH USD USN UYU UZS VED VEF VES WST XCD XCG YER ZAR ZMW ZWG ZWL"
	currencies3 = "BHD IQD JOD KWD LYD OMR TND"
	currencies4 = "CLF UYW"
)

// scales holds 1 + the number of decimals of each packed code, 0 for codes that are no currency.
var scales = func() (table [27 * 27 * 27]uint8) {
	for scale, codes := range [...]string{0: currencies0, 2: currencies2, 3: currencies3, 4: currencies4} {
		for i := 0; i+3 <= len(codes); i += 4 {
			table[pack(codes[i], codes[i+1], codes[i+2])] = uint8(scale) + 1
		}
	}
	return table
}()

// pack packs three capital letters.
func pack(a, b, c byte) Currency {
	return (Currency(a-'A'+1)*27+Currency(b-'A'+1))*27 + Currency(c-'A'+1)
}

// ParseCurrency is the currency of an alphabetic code in capitals; false when the code is none that Tocsin takes.
func ParseCurrency[T ~string | ~[]byte](code T) (Currency, bool) {
	if len(code) != 3 {
		return 0, false
	}
	a, b, c := code[0], code[1], code[2]
	if a-'A' > 25 || b-'A' > 25 || c-'A' > 25 {
		return 0, false
	}
	packed := pack(a, b, c)
	return packed, packed.valid()
}

// valid tells whether the currency is one that ParseCurrency takes.
func (c Currency) valid() bool { return int(c) < len(scales) && scales[c] != 0 }

// Scale is the number of decimals of the currency's minor unit; 0 for "none".
func (c Currency) Scale() int {
	if !c.valid() {
		return 0
	}
	return int(scales[c]) - 1
}

// String is the alphabetic code; empty for "none".
func (c Currency) String() string {
	if !c.valid() {
		return ""
	}
	return string([]byte{byte(c/27/27) + 'A' - 1, byte(c/27%27) + 'A' - 1, byte(c%27) + 'A' - 1})
}

// Major is n major units of the currency in its minor ones: 500 is 50000 for EUR, 500 for JPY, 500000 for KWD.
func (c Currency) Major(n int64) int64 { return n * pow10(c.Scale()) }

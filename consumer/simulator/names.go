package simulator

import (
	"fmt"

	"tocsin/state"
)

// places are the parts of invented company names, with the country they sound like.
var places = [...]struct{ name, country, form string }{
	{"Ashdown", "GB", "Ltd"}, {"Brookfield", "GB", "plc"}, {"Calder Valley", "GB", "Ltd"}, {"Nordhafen", "DE", "GmbH"},
	{"Ribble", "GB", "Ltd"}, {"Val de Loire", "FR", "SA"}, {"Thornbury", "GB", "Ltd"}, {"Oberland", "DE", "AG"},
	{"Kingsmead", "GB", "Ltd"}, {"Sola", "NO", "AS"}, {"Wharfedale", "GB", "Ltd"}, {"Brabant", "NL", "BV"},
	{"Pennine", "GB", "plc"}, {"Lakeside", "IE", "Ltd"}, {"Tamar", "GB", "Ltd"}, {"Bodensee", "DE", "GmbH"},
	{"Severn", "GB", "Ltd"}, {"Montferrand", "FR", "SAS"}, {"Hallam", "GB", "Ltd"}, {"Öresund", "SE", "AB"},
	{"Eastgate", "GB", "Ltd"}, {"Kestrel", "GB", "Ltd"}, {"Lombarda", "IT", "SpA"}, {"Moorland", "GB", "Ltd"},
}

var trades = [...]string{
	"Fasteners", "Packaging", "Foods", "Timber", "Electrical", "Textiles", "Pumps", "Ceramics", "Logistics", "Interiors",
	"Chemicals", "Tooling", "Optics",
}

var managers = [...]string{"a.moreau", "l.wei", "s.okafor", "j.lindqvist"}

// invent gives a customer its name, its numbers and its habits. Index tells customers apart; no two of the first few
// hundred share a name.
func (c *customer) invent(index int) {
	place := places[index%len(places)]
	trade := trades[(index*5+index/len(places))%len(trades)]
	c.name = fmt.Sprintf("%s %s %s", place.name, trade, place.form)
	c.country = place.country
	c.identifier = state.Identifier{Scheme: "reg", Country: place.country, Value: fmt.Sprintf("%08d", 1_204_000+hash(c.name)%8_000_000)}
	c.manager = managers[index%len(managers)]
	c.segment = "standard"
	if index%9 == 0 {
		c.segment = "key_account"
	}
	c.since = c.joined - state.Date(400+c.random.IntN(2400))

	c.terms = [...]int{30, 30, 45, 30, 60, 14}[c.random.IntN(6)]
	c.every = 5 + c.random.IntN(8)
	c.size = (2_000 + c.random.Int64N(18_000)) * 100
	if c.segment == "key_account" {
		c.size *= 3
	}
	if c.temper == habitual { // many small invoices over long terms: late, but never much of it at once
		c.terms, c.every = 60, 3
		c.size /= 4
	}
	c.limit = c.usualLimit()
	c.review = c.since + state.Date(365*(1+int(c.joined-c.since)/365)) + 550
	c.nextOrder = c.joined + state.Date(c.random.IntN(c.every))
}

// usualLimit is a round sum that the customer's usual business uses about half of, four fifths if it is tight.
func (c *customer) usualLimit() int64 {
	days := int64(c.terms + 8)
	usual := c.size * days / int64(c.every)
	limit := usual * 100 / 55
	if c.temper == tight {
		limit = usual * 100 / 80
	}
	step := int64(5_000 * 100)
	return max(step, (limit+step/2)/step*step)
}

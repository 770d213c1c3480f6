package state

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// AppendRecord appends all of a record but its counters. The same facts and episodes give the same bytes, however they came
// about: comparing records is comparing these.
func AppendRecord(buf []byte, rec *Record) []byte {
	buf = append(buf, recordVersion)
	buf = appendDate(buf, rec.Day)
	buf = appendParts(buf, &rec.Now)
	buf = appendParts(buf, &rec.Closed)
	buf = binary.AppendUvarint(buf, uint64(rec.Touched))
	buf = appendBytes(buf, rec.Episodes)
	return rec.Customer.appendFacts(buf)
}

// DecodeRecord reads what AppendRecord wrote. Errors are ErrCorrupt and ErrNewerVersion.
func DecodeRecord(data []byte) (*Record, error) {
	r := reader{rest: data}
	rec := readRecord(&r)
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return rec, nil
}

func readRecord(r *reader) *Record {
	version := r.version(recordVersion)
	rec := &Record{Day: r.date(), Now: readParts(r, version), Closed: readParts(r, version)}
	touched := r.uvarint()
	if rec.Touched = Inputs(touched); uint64(rec.Touched) != touched {
		r.fail()
	}
	rec.Episodes = r.bytes()
	rec.Customer = readFacts(r, version)
	if rec.Customer.estates != nil && !rec.Customer.reunite(rec.Day) {
		r.fail()
	}
	return rec
}

// AppendCounters appends a record's counters, which AppendRecord leaves out.
func AppendCounters(buf []byte, rec *Record) []byte {
	buf = append(buf, countersVersion)
	buf = appendBytes(binary.AppendUvarint(buf, rec.Seq), rec.Told)
	return binary.AppendVarint(buf, int64(rec.Unjudged))
}

// DecodeCounters reads what AppendCounters wrote into a record. Errors are ErrCorrupt and ErrNewerVersion.
func DecodeCounters(data []byte, rec *Record) error {
	r := reader{rest: data}
	readCounters(&r, rec)
	if err := r.end(); err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	return nil
}

func readCounters(r *reader, rec *Record) {
	version := r.version(countersVersion)
	if rec.Seq, rec.Told = r.uvarint(), r.bytes(); version >= 2 {
		rec.Unjudged = Instant(r.varint())
	}
}

// AppendSnapshot appends a whole record, counters first.
func AppendSnapshot(buf []byte, rec *Record) []byte {
	return AppendRecord(AppendCounters(buf, rec), rec)
}

// DecodeSnapshot reads what AppendSnapshot wrote. Errors are ErrCorrupt and ErrNewerVersion.
func DecodeSnapshot(data []byte) (*Record, error) {
	r := reader{rest: data}
	var counters Record
	readCounters(&r, &counters)
	rec := readRecord(&r)
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	rec.Seq, rec.Told, rec.Unjudged = counters.Seq, counters.Told, counters.Unjudged
	return rec, nil
}

func appendParts(buf []byte, p *Parts) []byte {
	buf = p.PartSums.append(buf)
	buf = binary.AppendUvarint(buf, uint64(len(p.Foreign)))
	for i := range p.Foreign {
		buf = binary.AppendUvarint(buf, uint64(p.Foreign[i].Currency))
		buf = p.Foreign[i].append(buf)
	}
	return buf
}

func (p *PartSums) append(buf []byte) []byte {
	for _, part := range [...]int64{p.BaseLimit, p.TemporaryLimit, p.Returned, p.OpenOrders, p.Documents} {
		buf = binary.AppendVarint(buf, part)
	}
	return buf
}

func readParts(r *reader, version byte) Parts {
	p := Parts{PartSums: readPartSums(r)}
	if version < 2 {
		return p
	}
	for range r.count(6) {
		f := ForeignParts{Currency: r.currency(), PartSums: readPartSums(r)}
		if n := len(p.Foreign); n > 0 && p.Foreign[n-1].Currency >= f.Currency || f.PartSums == (PartSums{}) {
			r.fail()
		}
		p.Foreign = append(p.Foreign, f)
	}
	return p
}

func readPartSums(r *reader) PartSums {
	return PartSums{BaseLimit: r.varint(), TemporaryLimit: r.varint(), Returned: r.varint(), OpenOrders: r.varint(), Documents: r.varint()}
}

// appendFacts appends a customer: id, origins, the facts of each kind by key, and what stays of those that have shrunk.
// Of one who holds estates it is his own facts, and then the estates'.
func (c *Customer) appendFacts(buf []byte) []byte {
	if c.estates == nil {
		return c.appendOwn(buf, nil)
	}
	return c.estates.own.appendOwn(buf, c.estates.brought)
}

func (c *Customer) appendOwn(buf []byte, brought []*Customer) []byte {
	buf = appendString(buf, string(c.ID))
	var kinds [kindCount][]*fact
	for kind := range kinds {
		kinds[kind] = c.sorted(Kind(kind))
	}
	origins := usedOrigins(&kinds)
	buf = binary.AppendUvarint(buf, uint64(len(origins)))
	for _, o := range origins {
		buf = appendString(appendString(buf, o.source), o.entity)
	}
	buf = appendKinds(buf, kinds[KindOrder:KindHeartbeat], origins)
	further := kinds[KindDispute:KindRate]
	has := c.conduct != nil && c.conduct.channels != 0 || slices.ContainsFunc(further, func(facts []*fact) bool { return len(facts) > 0 })
	if buf = append(buf, boolByte(has)*withConduct|boolByte(len(brought) > 0)*withEstates); has {
		buf = append(appendKinds(buf, further, origins), c.conduct.channels)
	}
	buf = binary.AppendUvarint(buf, uint64(len(c.tombstones)))
	for _, t := range c.tombstones {
		buf = binary.AppendVarint(binary.LittleEndian.AppendUint64(buf, t.hash), t.revision)
	}
	buf = c.shrunk.append(buf)
	return appendBrought(buf, brought)
}

// What a customer has beside documents, profile and registry facts.
const (
	withConduct byte = 1 << iota
	withEstates
)

func appendKinds(buf []byte, kinds [][]*fact, origins []*origin) []byte {
	for _, facts := range kinds {
		buf = binary.AppendUvarint(buf, uint64(len(facts)))
		for _, f := range facts {
			buf = f.append(buf, origins)
		}
	}
	return buf
}

// usedOrigins are the origins of facts, sorted.
func usedOrigins(kinds *[kindCount][]*fact) []*origin {
	var origins []*origin
	for _, facts := range kinds {
		for _, f := range facts {
			if !slices.Contains(origins, f.origin) {
				origins = append(origins, f.origin)
			}
		}
	}
	slices.SortFunc(origins, compareOrigins)
	return origins
}

// usesOrigins tells whether each of the customer's origins is that of a fact.
func (c *Customer) usesOrigins() bool {
	unused := slices.Clone(c.origins)
	for kind := Kind(0); kind < kindCount && len(unused) > 0; kind++ {
		for _, f := range c.facts(kind) {
			if at := slices.Index(unused, f.origin); at >= 0 {
				unused = slices.Delete(unused, at, at+1)
			}
			if len(unused) == 0 {
				break
			}
		}
	}
	return len(unused) == 0
}

func compareOrigins(a, b *origin) int {
	return cmp.Or(strings.Compare(a.source, b.source), strings.Compare(a.entity, b.entity))
}

// What a fact keeps beside its body.
const (
	withID byte = 1 << iota
	withCanonical
	withFirst
	withDays
	withExt
)

func (f *fact) append(buf []byte, origins []*origin) []byte {
	buf = binary.AppendVarint(buf, f.revision)
	buf = binary.AppendVarint(buf, int64(f.time))
	buf = binary.AppendUvarint(buf, uint64(slices.Index(origins, f.origin)))
	if f.rare == nil {
		return appendBody(append(buf, 0), f.body)
	}
	with := boolByte(f.rare.told)*withID | boolByte(f.rare.canonical != "")*withCanonical |
		boolByte(f.rare.first != nil)*withFirst | boolByte(f.rare.firstKnown != 0)*withDays | boolByte(f.rare.ext != "")*withExt
	buf = append(buf, with)
	if with&withID != 0 {
		buf = appendString(buf, f.rare.id)
	}
	if with&withExt != 0 {
		buf = appendString(buf, f.rare.ext)
	}
	if with&withCanonical != 0 {
		buf = appendString(buf, f.rare.canonical)
	}
	if with&withFirst != 0 {
		buf = appendEvent(buf, f.rare.first)
	}
	if with&withDays != 0 {
		buf = appendDate(appendDate(buf, f.rare.firstKnown), f.rare.endedKnown)
	}
	return appendBody(buf, f.body)
}

func (s *shrunk) append(buf []byte) []byte {
	buf = appendDate(buf, s.earliest.date)
	buf = append(buf, byte(s.earliest.rank))
	buf = binary.AppendUvarint(buf, uint64(s.earliest.currency))
	buf = appendString(buf, s.earliest.id)
	buf = binary.AppendUvarint(buf, uint64(len(s.returned)))
	for _, m := range s.returned {
		buf = appendMoney(buf, m)
	}
	return s.trade.append(buf)
}

// readFacts reads what appendFacts wrote.
func readFacts(r *reader, version byte) *Customer {
	r.exts = version >= 9
	c := NewCustomer(CustomerID(r.string()))
	for range r.count(2) {
		o := &origin{source: r.string(), entity: r.string()}
		if n := len(c.origins); n > 0 && compareOrigins(c.origins[n-1], o) >= 0 {
			r.fail()
		}
		c.origins = append(c.origins, o)
	}
	c.readKinds(r, KindOrder, KindHeartbeat)
	with := byte(0)
	if version >= 2 {
		with = r.byte()
	}
	if with > withConduct|withEstates || with&withConduct != 0 && !c.readFurther(r) {
		r.fail() // written in another way than appendFacts does
	}
	if r.err == nil && !c.usesOrigins() {
		r.fail()
	}
	for range r.count(9) {
		t := tombstone{hash: r.uint64(), revision: r.varint()}
		if n := len(c.tombstones); n > 0 && c.tombstones[n-1].hash >= t.hash {
			r.fail()
		}
		c.tombstones = append(c.tombstones, t)
	}
	c.shrunk = readShrunk(r, version)
	if with&withEstates != 0 {
		c.estates = readBrought(r, version, c.ID)
	}
	return c
}

// readFurther reads conduct and tells whether there is any.
func (c *Customer) readFurther(r *reader) bool {
	facts := c.readKinds(r, KindDispute, KindRate)
	c.itsConduct().channels = r.byte()
	return facts > 0 || c.conduct.channels != 0
}

// readKinds reads the facts of the kinds up to another one, and returns how many there are.
func (c *Customer) readKinds(r *reader, kind, end Kind) int {
	total := 0
	for ; kind < end; kind++ {
		facts := readKind(r, kind, c.origins)
		total += len(facts)
		if kept := c.revisions(kind); kept != nil {
			*kept = facts
			continue
		}
		t := c.table(kind)
		t.facts = facts
		t.reindex(nil)
	}
	return total
}

// readKind reads the facts of one kind, which come in order.
func readKind(r *reader, kind Kind, origins []*origin) []*fact {
	const least = 5 // bytes of a fact
	n := r.count(least)
	if n == 0 {
		return nil
	}
	facts := make([]*fact, 0, n)
	for range n {
		f := readFact(r, kind, origins)
		if r.err != nil {
			return nil
		}
		if len(facts) > 0 && !inOrder(facts[len(facts)-1], f, kind) {
			r.fail()
			return nil
		}
		facts = append(facts, f)
	}
	return facts
}

func inOrder(a, b *fact, kind Kind) bool {
	order := strings.Compare(a.body.Key(), b.body.Key())
	if keepsRevisions(kind) {
		order = cmp.Or(order, cmp.Compare(a.revision, b.revision))
	}
	return order < 0
}

func readFact(r *reader, kind Kind, origins []*origin) *fact {
	f := &fact{revision: r.varint(), time: Instant(r.varint())}
	if at := r.uvarint(); at < uint64(len(origins)) {
		f.origin = origins[at]
	} else {
		r.fail()
	}
	with := r.byte()
	if with >= withExt<<1 || with&withExt != 0 && !r.exts || with&withFirst != 0 && kind != KindInvoice || with&withDays == 0 && kind == KindRegistry ||
		with&withDays != 0 && kind != KindRegistry {
		r.fail()
	}
	if with != 0 {
		f.readRare(r, with)
	}
	f.body = readBody(r, kind)
	if r.err == nil && with&withID != 0 && isPlainID(f.rare.id, f.body.Key(), f.revision) {
		r.fail()
	}
	return f
}

func (f *fact) readRare(r *reader, with byte) {
	f.rare = &rare{}
	if with&withID != 0 {
		f.rare.id, f.rare.told = r.string(), true
	}
	if with&withExt != 0 {
		if f.rare.ext = r.string(); f.rare.ext == "" {
			r.fail()
		}
	}
	if with&withCanonical != 0 {
		if f.rare.canonical = r.string(); f.rare.canonical == "" {
			r.fail()
		}
	}
	if with&withFirst != 0 {
		first := readEvent(r)
		if first.Kind != KindInvoice || first.Body == nil || first.Revision >= f.revision {
			r.fail()
		}
		f.rare.first = &first
	}
	if with&withDays != 0 {
		if f.rare.firstKnown, f.rare.endedKnown = r.date(), r.date(); f.rare.firstKnown == 0 {
			r.fail()
		}
	}
}

func readShrunk(r *reader, version byte) shrunk {
	s := shrunk{earliest: document{date: r.date(), rank: int8(r.byte())}}
	s.earliest.currency, s.earliest.id = r.currency(), r.string()
	for range r.count(2) {
		m := r.money()
		if n := len(s.returned); n > 0 && s.returned[n-1].Currency >= m.Currency {
			r.fail()
		}
		s.returned = append(s.returned, m)
	}
	if version >= 2 {
		s.trade = readPastTrade(r)
	}
	return s
}

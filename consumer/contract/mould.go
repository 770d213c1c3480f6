package contract

// mould is how a publisher wrote a document that was accepted: what stands between its values, and which members they are.
// Documents of one type from one program differ in values alone, so the next one mostly fits the mould: its text between
// the values is compared, and only the values are read.
//
// A document that fits is right as far as the other one was. Names, commas and brackets lie between the values, and so do
// version, source and type; each value is read as if it had been found the long way, and is complete. A mould is made of
// regular documents alone: those that hold nothing that the contract does not know. Whatever does not fit, or has a fault
// in a value, or anything that the body cannot reproduce, is read the long way from its beginning.
type mould struct {
	typ    *typeInfo
	source string
	gaps   []gap
	tail   string // what stands behind the last value
}

// gap is where a value goes, and the text between it and the value before it.
type gap struct {
	lead  lead
	field *field
	depth int // 1: of the envelope, 2: of data
}

// moulds are those in use, the one that fitted last before the others.
type moulds struct {
	list   []*mould
	credit int     // for making others, so that publishers who never write alike twice cost little
	places []place // of the document that is read the long way
}

// place is where the value of a member stands.
type place struct {
	field      *field
	depth      int
	from, upTo int
}

const (
	mostMoulds   = 16
	mostMoulded  = 4 << 10 // bytes of a document that becomes a mould
	mostTried    = 2       // moulds that may be filled for one document
	mouldCost    = 4       // credit that making one takes; one that fits gives 1
	mouldCredits = 64      // at most, and in the beginning
)

// found notes a member of the envelope or of data, unless it lies within another value, or is the same in all documents of
// a mould.
func (d *Decoder) found(f *field, from, upTo int) {
	switch {
	case d.depth > 2, f.kind == kindData, f.kind == kindVersion, f.kind == kindType, f.kind == kindSource, f.kind == kindText && f.text == nil:
	default:
		d.moulds.places = append(d.moulds.places, place{f, d.depth, from, upTo})
	}
}

// learn makes a mould of the document, which was read the long way and has no fault.
func (d *Decoder) learn() {
	m := &d.moulds
	regular := !d.irregular && !d.badUTF8 && !d.dataWaits && d.unknownFields+d.unknownValues == 0
	if !regular || m.credit < mouldCost || len(d.buf) > mostMoulded || len(m.places) < 2 || m.places[0].depth > 1 {
		return
	}
	m.credit -= mouldCost
	text := string(d.buf)
	made := &mould{typ: d.typ, source: d.source, gaps: make([]gap, len(m.places))}
	at := 0
	for i, value := range m.places {
		made.gaps[i] = gap{leadOf(text[at:value.from]), value.field, value.depth}
		at = value.upTo
	}
	made.tail = text[at:]
	if len(m.list) < mostMoulds {
		m.list = append(m.list, nil)
	}
	m.list[len(m.list)-1] = made
	m.first(len(m.list) - 1)
}

// first puts a mould before the others.
func (m *moulds) first(i int) {
	fitted := m.list[i]
	copy(m.list[1:i+1], m.list[:i])
	m.list[0] = fitted
}

// moulded reads a document that fits one of the moulds. Otherwise everything is as it was before.
func (d *Decoder) moulded() bool {
	m := &d.moulds
	var read *gap // whose value was read at the beginning of the document, up to p; all of them are of the envelope
	p, tried := 0, 0
	for i, mould := range m.list {
		opening, second := &mould.gaps[0], &mould.gaps[1]
		if !opening.lead.opens(d.buf, 0) && !opening.lead.stands(d.buf, 0) {
			continue
		}
		if read == nil || read.field != opening.field || len(read.lead.text) != len(opening.lead.text) {
			read, p = opening, d.fillGap(opening, 0)
		}
		if p < 0 || !second.lead.opens(d.buf, p) && !second.lead.stands(d.buf, p) {
			continue
		}
		if d.fill(mould, p) {
			m.credit = min(m.credit+1, mouldCredits)
			if i > 0 {
				m.first(i)
			}
			return true
		}
		d.begin(d.buf, d.before)
		read = nil
		if tried++; tried == mostTried {
			break
		}
	}
	if read != nil {
		d.begin(d.buf, d.before)
	}
	return false
}

// fillGap reads the value of a gap whose lead stands at p.
func (d *Decoder) fillGap(g *gap, p int) int {
	d.depth = g.depth
	return d.value(g.field, p+len(g.lead.text))
}

// fill reads the values behind the first one, which ended at p and has the second one's lead behind it. False: the document
// does not fit, or may not be right.
func (d *Decoder) fill(m *mould, p int) bool {
	d.typ, d.named, d.source = m.typ, true, m.source
	d.body = m.typ.body.take(&d.slots)
	for i := 1; ; i++ {
		g := &m.gaps[i]
		d.depth = g.depth
		if p = d.value(g.field, p+len(g.lead.text)); p < 0 {
			return false
		}
		if i+1 == len(m.gaps) {
			break
		}
		if l := &m.gaps[i+1].lead; !l.opens(d.buf, p) && !l.stands(d.buf, p) {
			return false
		}
	}
	return string(d.buf[p:]) == m.tail && len(d.faults) == 0 && !d.irregular && !d.badUTF8 && d.unknownFields+d.unknownValues == 0
}

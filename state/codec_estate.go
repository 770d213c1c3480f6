package state

import (
	"encoding/binary"
	"fmt"
)

// appendBrought appends the estates that a customer holds; nothing where there are none.
func appendBrought(buf []byte, brought []*Customer) []byte {
	if len(brought) == 0 {
		return buf
	}
	buf = binary.AppendUvarint(buf, uint64(len(brought)))
	for _, other := range brought {
		buf = other.appendFacts(buf)
	}
	return buf
}

// readBrought reads what appendBrought wrote.
func readBrought(r *reader, version byte, customer CustomerID) *estates {
	e := &estates{}
	for range r.count(8) {
		other := readFacts(r, version)
		last := len(e.brought) - 1
		if r.err == nil && (other.estates != nil || other.ID == customer || last >= 0 && e.brought[last].ID >= other.ID) {
			r.fail()
		}
		if r.err != nil {
			return nil
		}
		e.brought = append(e.brought, other)
	}
	if len(e.brought) == 0 {
		r.fail()
	}
	return e
}

// reunite gives a customer that was read with estates its united tables, as of its record's day; in a record without one
// that waits for the day of the first view. It tells whether the estates were written as settle leaves them.
func (c *Customer) reunite(day Date) bool {
	c.estates.undated = day == 0
	if day == 0 {
		day = MaxDate
	}
	own := *c
	own.estates = nil
	c.estates.own = &own
	held := len(c.estates.brought)
	c.estates.settle(c.ID, day)
	settled := held == len(c.estates.brought)
	c.unite()
	return settled
}

// appendEstate appends an estate as an heir is handed it.
func appendEstate(buf []byte, estate *Customer) []byte {
	return estate.appendFacts(append(buf, recordVersion))
}

// EstateOf is whose estate one is that [Customer.Estate] has encoded.
func EstateOf(encoded []byte) CustomerID {
	r := reader{rest: encoded}
	r.version(recordVersion)
	return CustomerID(r.string())
}

// decodeEstate reads what appendEstate wrote.
func decodeEstate(data []byte) (*Customer, error) {
	r := reader{rest: data}
	estate := readFacts(&r, r.version(recordVersion))
	if estate.estates != nil {
		r.fail()
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("estate: %w", err)
	}
	return estate, nil
}

// readLegacy reads the estates of a journal row.
func readLegacy(r *reader) [][]byte {
	var all [][]byte
	for range r.count(8) {
		estate := r.bytes()
		if _, err := decodeEstate(estate); err != nil {
			r.fail()
		}
		if r.err != nil {
			return nil
		}
		all = append(all, estate)
	}
	if len(all) == 0 {
		r.fail()
	}
	return all
}

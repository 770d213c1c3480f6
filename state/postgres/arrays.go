package postgres

import (
	"encoding/binary"
	"slices"

	"github.com/jackc/pgx/v5/pgtype"
)

// The columns of a commit are arrays of thousands of elements. pgx encodes those one by one, each boxed as an interface, into memory
// that grows with them, so that each byte is copied several times. Here a column of texts, bodies or numbers is written into memory
// of its size. All else about arrays stays pgx's.

// takeColumns has a session's types encode columns so.
func takeColumns(types *pgtype.Map) {
	takeColumn(types, pgtype.TextArrayOID, columnPlan[string]{
		element: pgtype.TextOID,
		size:    func(s string) int { return len(s) },
		add:     func(buf []byte, s string) []byte { return append(buf, s...) },
	})
	takeColumn(types, pgtype.ByteaArrayOID, columnPlan[[]byte]{
		element: pgtype.ByteaOID,
		size: func(b []byte) int {
			if b == nil {
				return null
			}
			return len(b)
		},
		add: func(buf []byte, b []byte) []byte { return append(buf, b...) },
	})
	takeColumn(types, pgtype.Int8ArrayOID, columnPlan[int64]{
		element: pgtype.Int8OID,
		size:    func(int64) int { return 8 },
		add:     func(buf []byte, n int64) []byte { return binary.BigEndian.AppendUint64(buf, uint64(n)) },
	})
	takeColumn(types, pgtype.Int4ArrayOID, columnPlan[int32]{
		element: pgtype.Int4OID,
		size:    func(int32) int { return 4 },
		add:     func(buf []byte, n int32) []byte { return binary.BigEndian.AppendUint32(buf, uint32(n)) },
	})
}

func takeColumn[V any](types *pgtype.Map, array uint32, plan columnPlan[V]) {
	known, _ := types.TypeForOID(array)
	types.RegisterType(&pgtype.Type{Name: known.Name, OID: array, Codec: columnCodec[V]{known.Codec, plan}})
}

// columnCodec is a codec of arrays with a plan for columns.
type columnCodec[V any] struct {
	pgtype.Codec
	plan columnPlan[V]
}

func (c columnCodec[V]) PlanEncode(types *pgtype.Map, array uint32, format int16, value any) pgtype.EncodePlan {
	if _, column := value.([]V); column && format == pgtype.BinaryFormatCode {
		return c.plan
	}
	return c.Codec.PlanEncode(types, array, format, value)
}

// columnPlan writes an array in the server's binary form: dimensions, whether an element is NULL, the elements' type, length and lower
// bound, and then each element behind its size.
type columnPlan[V any] struct {
	element uint32
	size    func(V) int // null: the element is NULL
	add     func([]byte, V) []byte
}

const null = -1

func (p columnPlan[V]) Encode(value any, buf []byte) ([]byte, error) {
	values := value.([]V)
	if values == nil {
		return nil, nil // NULL
	}
	const header, word = 20, 4
	bytes, nulls := header, uint32(0)
	for _, v := range values {
		if bytes += word; p.size(v) == null {
			nulls = 1
		} else {
			bytes += p.size(v)
		}
	}
	buf = slices.Grow(buf, bytes)
	for _, n := range [...]uint32{1, nulls, p.element, uint32(len(values)), 1} {
		buf = binary.BigEndian.AppendUint32(buf, n)
	}
	for _, v := range values {
		size := p.size(v)
		if buf = binary.BigEndian.AppendUint32(buf, uint32(size)); size != null {
			buf = p.add(buf, v)
		}
	}
	return buf, nil
}

package postgres

import (
	"bytes"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
)

// A column is encoded as pgx itself does it.
func TestColumnsAreArrays(t *testing.T) {
	plain, own := pgtype.NewMap(), pgtype.NewMap()
	takeColumns(own)
	for _, c := range []struct {
		array  uint32
		column any
	}{
		{pgtype.TextArrayOID, []string{"C-1", "", "顧客"}},
		{pgtype.TextArrayOID, []string{}},
		{pgtype.TextArrayOID, []string(nil)},
		{pgtype.ByteaArrayOID, [][]byte{{1, 2}, {}, {0}}},
		{pgtype.ByteaArrayOID, [][]byte{nil, {3}, nil}},
		{pgtype.ByteaArrayOID, [][]byte(nil)},
		{pgtype.Int8ArrayOID, []int64{0, -1, 1 << 40}},
		{pgtype.Int8ArrayOID, []int32{7}}, // which is pgx's
		{pgtype.Int4ArrayOID, []int32{0, -1, 1 << 20}},
		{pgtype.Int4ArrayOID, []int32{}},
	} {
		before := []byte("before")
		want, err := plain.Encode(c.array, pgtype.BinaryFormatCode, c.column, before)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.Encode(c.array, pgtype.BinaryFormatCode, c.column, before)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%T %v: got %x, want %x", c.column, c.column, got, want)
		}
	}
}

// A column's memory is taken at once: memory that grows has more room left over.
func TestColumnsAreEncodedIntoMemoryOfTheirSize(t *testing.T) {
	types := pgtype.NewMap()
	takeColumns(types)
	for n := range 60 {
		column := make([][]byte, n)
		for i := range column {
			column[i] = make([]byte, 300+i)
		}
		encoded, err := types.Encode(pgtype.ByteaArrayOID, pgtype.BinaryFormatCode, column, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := cap(slices.Grow([]byte(nil), len(encoded))); cap(encoded) != want {
			t.Errorf("%d values: got %d bytes in memory of %d, want %d", n, len(encoded), cap(encoded), want)
		}
	}
}

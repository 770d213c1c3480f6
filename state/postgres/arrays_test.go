package postgres

import (
	"bytes"
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

func TestColumnsAreAnAllocationEach(t *testing.T) {
	types := pgtype.NewMap()
	takeColumns(types)
	column := make([][]byte, 500)
	for i := range column {
		column[i] = make([]byte, 300)
	}
	var value any = column
	// Runs enough for what goes on beside them in the process not to count.
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := types.Encode(pgtype.ByteaArrayOID, pgtype.BinaryFormatCode, value, nil); err != nil {
			t.Fatal(err)
		}
	}); n > 1 {
		t.Errorf("got %v allocations, want one", n)
	}
}

package replay

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestProgressCountsBytesAsTheyLieOnDisk(t *testing.T) {
	plain := simulatedLedger(t)
	text, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := filepath.Join(t.TempDir(), "ledger.ndjson.gz")
	if err := os.WriteFile(zipped, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name   string
		inputs []string
		size   int64
	}{
		{"plain", []string{plain}, int64(len(text))},
		{"compressed, then plain", []string{zipped, plain}, int64(packed.Len() + len(text))},
	} {
		var reports []Progress
		counts, err := (&Backtest{
			Engine: engine(t), Inputs: row.inputs, Progress: func(p Progress) { reports = append(reports, p) },
		}).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		last := reports[len(reports)-1]
		if last.Read != row.size || last.Size != row.size || last.Lines != counts.Lines || last.Day == 0 {
			t.Errorf("%s: the last report is %+v, want %d of %d bytes and %d lines", row.name, last, row.size, row.size, counts.Lines)
		}
	}
}

package replay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/consumer"
	"tocsin/consumer/contract"
	"tocsin/detectors"
	"tocsin/state"
)

// The ledgers of other people are not part of the project; they lie beside it.
const ledgers = "../../../shared/data"

// ledgerFile is the path of a real ledger. Where the ledgers are absent, nothing can be compared with them.
func ledgerFile(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(ledgers, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real ledgers are not beside this checkout (%v): not compared", err)
	}
	return path
}

// engine judges by the defaults, on a calendar with the given days off.
func engine(t testing.TB, weekend ...time.Weekday) *consumer.Engine {
	t.Helper()
	set, faults := detectors.NewSet(detectors.Config{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	judge, err := alerts.NewJudge("sha256:test", alerts.DefaultSLA(), alerts.RuleSet{Name: alerts.Live, Rules: set, Materiality: detectors.DefaultMateriality()})
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := state.NewCalendar(weekend, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &consumer.Engine{
		Ledger: &state.Ledger{Calendar: calendar, Zone: time.UTC, Horizon: 60, DisputeShield: 45}, Judge: judge, Config: "sha256:test",
	}
}

// The oracle's figures were computed by other code from the raw rows of the ledgers.
func TestARealLedgerAgreesWithItsOracleToTheCent(t *testing.T) {
	for _, ledger := range []string{"datarisk", "ibm"} {
		lines := readLedger(t, ledger+".ndjson.gz")
		oracle := readOracle(t, ledger+".oracle.csv")
		for _, variant := range []struct {
			name  string
			lines [][]byte
		}{
			{"as it is", lines},
			{"shuffled within each day", shuffledDays(lines)},
			{"one line in twenty comes twice", withRepeats(lines)},
			{"payments before their invoices", paymentsFirst(lines)},
		} {
			t.Run(ledger+" "+variant.name, func(t *testing.T) {
				path := writeLedger(t, variant.lines)
				for _, date := range slices.Sorted(maps.Keys(oracle)) {
					compareWithOracle(t, path, date, oracle[date], len(variant.lines))
				}
			})
		}
	}
}

func compareWithOracle(t *testing.T, path, date string, rows map[string]oracleRow, lines int) {
	t.Helper()
	until, ok := state.ParseDate(date)
	if !ok {
		t.Fatalf("oracle: %q is no date", date)
	}
	var stateOut, rejects bytes.Buffer
	counts, err := (&Backtest{Engine: engine(t), Inputs: []string{path}, Until: until, State: &stateOut, Rejects: &rejects}).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if sum := counts.Accepted + counts.Duplicates + counts.Stale + counts.Refused; sum != counts.Lines || counts.Lines != lines {
		t.Errorf("accepted + duplicates + stale + refused = %d, lines = %d, want %d", sum, counts.Lines, lines)
	}
	if refused := bytes.Count(rejects.Bytes(), []byte("\n")); refused != counts.Refused {
		t.Errorf("got %d reject records, want %d", refused, counts.Refused)
	}
	wrong, seen := 0, 0
	for line := range bytes.Lines(stateOut.Bytes()) {
		var got consumer.CustomerRecord
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("customer record %s: %v", line, err)
		}
		want, known := rows[string(got.CustomerID)]
		if !known {
			want = oracleRow{open: "0.00", current: "0.00", d30: "0.00", d60: "0.00", d90: "0.00", d91: "0.00", count: "0", maxDPD: "0"}
		} else {
			seen++
		}
		if have := rowOf(&got); have != want && wrong < 5 {
			wrong++
			t.Errorf("%s, customer %s:\n got %+v\nwant %+v", date, got.CustomerID, have, want)
		}
	}
	if seen != len(rows) {
		t.Errorf("%s: got records of %d of the oracle's customers, want %d", date, seen, len(rows))
	}
}

// oracleRow are the figures that both know.
type oracleRow struct{ open, current, d30, d60, d90, d91, count, maxDPD string }

func rowOf(r *consumer.CustomerRecord) oracleRow {
	text := func(s *string) string {
		if s == nil {
			return "0.00" // no currency: no document yet
		}
		return *s
	}
	row := oracleRow{open: text(r.Receivables), current: text(r.Ageing.Current), d30: text(r.Ageing.Days1to30), d60: text(r.Ageing.Days31to60),
		d90: text(r.Ageing.Days61to90), d91: text(r.Ageing.Days91plus), count: "0", maxDPD: "0"}
	if r.OpenCount != nil {
		row.count, row.maxDPD = strconv.Itoa(*r.OpenCount), strconv.Itoa(*r.MaxDaysPastDue)
	}
	return row
}

func readOracle(t *testing.T, name string) map[string]map[string]oracleRow {
	t.Helper()
	f, err := os.Open(ledgerFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	oracle := make(map[string]map[string]oracleRow)
	for _, row := range rows[1:] {
		at := func(name string) string { return row[column[name]] }
		if oracle[at("as_of")] == nil {
			oracle[at("as_of")] = make(map[string]oracleRow)
		}
		oracle[at("as_of")][at("customer")] = oracleRow{at("open_amount"), at("current_amount"), at("overdue_1_30"), at("overdue_31_60"),
			at("overdue_61_90"), at("overdue_90p"), at("open_count"), at("max_dpd")}
	}
	return oracle
}

func readLedger(t testing.TB, name string) [][]byte {
	t.Helper()
	f, err := contract.Open(ledgerFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines [][]byte
	in := bufio.NewScanner(f)
	for in.Scan() {
		lines = append(lines, bytes.Clone(in.Bytes()))
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func writeLedger(t testing.TB, lines [][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.ndjson")
	if err := os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// dayOf is the date of a line's time, which in these ledgers is when it was known.
func dayOf(line []byte) string {
	_, rest, _ := bytes.Cut(line, []byte(`"time":"`))
	return string(rest[:len("2006-01-02")])
}

func shuffledDays(lines [][]byte) [][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	out := slices.Clone(lines)
	for from := 0; from < len(out); {
		to := from
		for to < len(out) && dayOf(out[to]) == dayOf(out[from]) {
			to++
		}
		random.Shuffle(to-from, func(i, j int) { out[from+i], out[from+j] = out[from+j], out[from+i] })
		from = to
	}
	return out
}

func withRepeats(lines [][]byte) [][]byte {
	var out [][]byte
	for i, line := range lines {
		out = append(out, line)
		if i%20 == 7 {
			out = append(out, line)
		}
	}
	return out
}

func paymentsFirst(lines [][]byte) [][]byte {
	var payments, others [][]byte
	for _, line := range lines {
		if strings.Contains(string(line), `"type":"tocsin.payment.`) {
			payments = append(payments, line)
		} else {
			others = append(others, line)
		}
	}
	return append(payments, others...)
}

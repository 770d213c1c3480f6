package state

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files of the present version")

// bodies is one of each kind with every field told.
func bodies() []Body {
	return []Body{
		&Order{
			OrderID: "SO-1", OrderDate: d25("01-02"), Gross: euros(100), Delivered: euros(40), Invoiced: euros(30), Prepaid: euros(5),
			RequestedDelivery: d25("03-01"), Status: OrderStatusOpen, CreditHold: FlagFalse, Project: FlagTrue,
		},
		&OrderCancelled{OrderID: "SO-1", CancelDate: d25("02-01"), Reason: "duplicate"},
		&Invoice{
			InvoiceID: "INV-1", Type: InvoiceTypeDebitNote, IssueDate: d25("01-02"), DueDate: d25("02-01"), Total: euros(100),
			OriginalDueDate: d25("01-31"), DeliveryDate: d25("01-03"), Terms: "NET30", DiscountUntil: d25("01-12"),
			Instalments: []DueAmount{{d25("02-01"), euros(50)}, {d25("03-01"), euros(40)}}, Retention: DueAmount{d25("12-31"), euros(10)},
			OrderIDs: []string{"SO-1", "SO-2"}, Replaces: "INV-0", ChangedDate: d25("01-05"), Factored: FactoringWithRecourse, Batch: "B-7",
		},
		&CreditNote{
			CreditNoteID: "CN-1", CreditDate: d25("01-20"), Amount: euros(10), Allocations: []Allocation{to("INV-1", 10)}, Reason: "quality",
			Cancelled: FlagFalse,
		},
		&InvoiceCancelled{InvoiceID: "INV-2", CancelDate: d25("01-20")},
		&WriteOff{InvoiceID: "INV-3", WriteOffDate: d25("06-30"), Amount: euros(1.5)},
		&Payment{
			PaymentID: "PAY-1", ValueDate: d25("02-03"), Amount: euros(90), Method: MethodBill, Cleared: FlagTrue, MaturityDate: d25("05-03"),
			BillKind: BillKindBank, RemittanceRef: "r", PayerAccount: "hash", PayerName: "Ümläut 有限公司", EndToEndID: "e2e",
			Allocations: []Allocation{{InvoiceID: "INV-1", Amount: euros(90), By: AllocatedByCustomer}}, DepositForOrder: "SO-3",
		},
		&Application{PaymentID: "PAY-1", AppliedDate: d25("02-05"), Allocations: []Allocation{{InvoiceID: "INV-1", Amount: euros(80), Residual: ResidualBankFee}}},
		&Return{PaymentID: "PAY-1", ReturnDate: d25("02-10"), Amount: euros(90), ReasonCode: "AM04", Allocations: []Allocation{to("INV-1", 80)}, BookedInError: FlagTrue},
		&LimitRevision{
			LimitID: "L-1", Type: LimitTemporary, Amount: Money{1234, currency("KWD")}, ValidFrom: d25("01-01"), ValidTo: d25("12-31"),
			ReviewDate: d25("06-30"), Hard: FlagFalse,
		},
		&Profile{
			Customer: "C-1", Name: "Acme", Country: "DE", Identifiers: []Identifier{{"reg", "HRB 1", "DE"}, {"lei", "5299", ""}}, Segment: "key_account",
			Parent: "C-0", CreditManager: "ana", AccountOwner: "bo", CustomerSince: d25("01-01"), ReportingCurrency: currency("EUR"),
			Status: ProfileActive, Type: ProfileCompany,
		},
		&RegistryFact{
			Registry: "gb-companies-house", Identifier: Identifier{"reg", "01234567", "GB"}, Type: "rating_change", SubjectID: "s", Effective: d25("02-01"),
			Published: 1_700_000_000_000_000_000, Amount: euros(1), Rating: Rating{"agency", "A", "B", -2}, Detail: "left", Share: "0.25",
			Status: RegistryEnded, Retracts: FlagFalse, URL: "https://registry.example/1",
		},
	}
}

// conductBodies is one of each further kind, which version 1 did not know.
func conductBodies() []Body {
	return []Body{
		&Dispute{DisputeID: "D-1", OpenedDate: d25("02-01"), InvoiceIDs: []string{"INV-1", "INV-2"}, Amount: euros(40), Reason: DisputePrice},
		&DisputeClosed{DisputeID: "D-1", ClosedDate: d25("02-20"), Outcome: DisputePartly, Accepted: euros(15)},
		&Promise{
			PromiseID: "PR-1", MadeDate: d25("02-01"), PromisedDate: d25("02-14"), Amount: euros(50), InvoiceIDs: []string{"INV-1"},
			Status: PromiseWithdrawn, ChangedDate: d25("02-10"),
		},
		&Contact{ContactID: "CT-1", ContactDate: d25("02-03"), Direction: ContactInbound, Channel: ContactLetter, Outcome: ContactNoReply},
		&TermsRequest{
			RequestID: "R-1", RequestDate: d25("02-04"), Type: RequestInstalmentPlan, Requester: RequesterSeller, Status: RequestAccepted,
			InvoiceIDs: []string{"INV-1"}, Plan: []DueAmount{{d25("03-01"), euros(25)}, {d25("04-01"), euros(25)}},
		},
		&PayerVerified{AccountHash: "hash", VerifiedDate: d25("02-05"), Type: PayerFactor},
		&Cover{
			CoverID: "CV-1", Type: CoverInsurance, Amount: euros(1000), Ratio: "0.95", ValidFrom: d25("01-01"), ValidTo: d25("12-31"), MEPDays: 60,
			ReportDays: 90, TransferDays: 30,
		},
		&GradeOverride{OverrideID: "G-1", Grade: GradeWatch, SetDate: d25("02-06"), Reason: "visit", By: "ana"},
		&Note{NoteID: "N-1", NoteDate: d25("02-07"), Sign: NoteRumour, Text: "heard at the fair"},
		&Merged{Into: "C-9", MergeDate: d25("12-30")},
		&Erased{EraseDate: d25("12-31")},
		&Rate{Base: currency("EUR"), Quote: currency("JPY"), Value: "161.25", RateDate: d25("02-08")}, // no customer keeps it
	}
}

// golden are the values that the golden files hold of a version of events, of one of journal rows and of one of records.
func golden(bodies []Body, version, row, record string) map[string][]byte {
	applied := Applied{KnownAt: 1_735_776_000_000_000_000, Decision: []byte("decision")}
	for _, body := range bodies {
		ev := event(2, body)
		ev.KnownAt, ev.Entity = 1_735_776_000_000_000_000, "ACME-DE"
		applied.Events = append(applied.Events, ev)
	}
	applied.Events[0].ID, applied.Events[1].Canonical = "odd", `{"ext":1}`
	applied.Events = append(applied.Events, Event{Kind: KindHeartbeat, Stamp: Stamp{ID: "h", Source: "urn:erp"}})
	rec := Record{
		Customer: NewCustomer("C-1"), Day: d25("03-01"), Now: Parts{PartSums: PartSums{1, 2, 3, 4, 5}}, Closed: Parts{PartSums: PartSums{OpenOrders: -1}}, Touched: InputLimits,
		Episodes: []byte("episodes"), Seq: 300, Told: []byte("told"),
	}
	rec.Customer.Apply(rec.Day, applied.Events, make([]Outcome, len(applied.Events)))
	tell(rec.Customer, event(1, invoice("INV-1", "01-02", "01-15", 100)), event(1, base("L-1", "01-01", 5)))
	rec.Customer.tombstones = []tombstone{{hashKey(KindInvoice, "A"), 1}}
	rec.Customer.shrunk = shrunk{earliest: document{date: d25("01-01"), rank: 1, currency: currency("EUR"), id: "A"}, returned: []Money{euros(7)}}
	if record != "v1" {
		rec.Now.Foreign = []ForeignParts{{currency("JPY"), PartSums{Documents: 1000}}, {currency("KWD"), PartSums{BaseLimit: 1234}}}
		rec.Customer.shrunk.trade = &pastTrade{first: d25("01-02"), settled: 2, sales: []monthSales{{24300, euros(90)}, {24301, Money{-1000, currency("EUR")}}}}
	}
	return map[string][]byte{
		"event." + version:   AppendEvent(nil, &applied.Events[len(bodies)-10]),
		"applied." + row:     AppendApplied(nil, &applied),
		"snapshot." + record: AppendSnapshot(nil, &rec),
	}
}

// What was written by a released version is read for ever: these files only change with a new version beside the old one.
func TestGoldenEncodings(t *testing.T) {
	for name, want := range present() {
		if *update {
			path := filepath.Join("testdata", name+".hex")
			if err := os.WriteFile(path, []byte(hex.EncodeToString(want)+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		stored := readGolden(t, name)
		if !bytes.Equal(stored, want) {
			t.Errorf("%s: the encoding has changed; if that is meant, it is a new version\ngot  %x\nwant %x", name, want, stored)
		}
		if again, err := reencode(name, stored); err != nil || !bytes.Equal(again, stored) {
			t.Errorf("%s: decoded and encoded: got %v %x, want %x", name, err, again, stored)
		}
	}
}

func readGolden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// What a former version wrote is read, and written again as the present one writes the same things. A journal row alone keeps the
// estates in it as they were handed over.
func TestFormerEncodingsAreRead(t *testing.T) {
	former, now := golden(bodies(), "v1", "v1", "v1"), present()
	former["event.v2"] = now["event.v3"]
	for _, version := range []string{"v2", "v3", "v4", "v5", "v6"} {
		former["applied."+version] = now["applied.v7"]
	}
	for _, version := range []string{"v2", "v3", "v4", "v5", "v6", "v7", "v8"} {
		former["snapshot."+version], former["snapshot.heir."+version] = now["snapshot.v9"], now["snapshot.heir.v9"]
		row := readGolden(t, "applied.heir."+version)
		row[0] = appliedVersion
		former["applied.heir."+version] = row
	}
	for name, want := range former {
		got, err := reencode(name, readGolden(t, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %v %x, want %x", name, err, got, want)
		}
	}
}

// reencode decodes and encodes again.
func reencode(name string, data []byte) ([]byte, error) {
	switch kind, _, _ := strings.Cut(name, "."); kind {
	case "event":
		ev, rest, err := DecodeEvent(data)
		if err != nil {
			return nil, err
		}
		return append(AppendEvent(nil, &ev), rest...), nil
	case "applied":
		applied, err := DecodeApplied(data)
		if err != nil {
			return nil, err
		}
		return AppendApplied(nil, &applied), nil
	default:
		rec, err := DecodeSnapshot(data)
		if err != nil {
			return nil, err
		}
		return AppendSnapshot(nil, rec), nil
	}
}

func TestDecodingRefusesNewerVersions(t *testing.T) {
	for name, data := range present() {
		newer := bytes.Clone(data)
		newer[0]++
		if _, err := reencode(name, newer); !errors.Is(err, ErrNewerVersion) {
			t.Errorf("%s: got %v, want %v", name, err, ErrNewerVersion)
		}
	}
	if err := DecodeCounters([]byte{9}, &Record{}); !errors.Is(err, ErrNewerVersion) {
		t.Errorf("counters: got %v, want %v", err, ErrNewerVersion)
	}
}

func TestDecodingRefusesDamage(t *testing.T) {
	for name, data := range present() {
		for n := range data {
			if _, err := reencode(name, data[:n]); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%s cut at %d: got %v, want %v", name, n, err, ErrCorrupt)
			}
		}
		if strings.HasPrefix(name, "event") {
			continue
		}
		if _, err := reencode(name, append(bytes.Clone(data), 0)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s with a byte more: got %v, want %v", name, err, ErrCorrupt)
		}
	}
	hostile := append([]byte{appliedVersion, 0}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)
	if allocated := testing.AllocsPerRun(10, func() {
		if _, err := DecodeApplied(hostile); err == nil {
			t.Error("a length beyond the input: want an error")
		}
	}); allocated > 10 {
		t.Errorf("a length beyond the input: got %v allocations", allocated)
	}
}

func TestCountersAreApart(t *testing.T) {
	rec := Record{Customer: NewCustomer("C-1"), Seq: 7, Told: []byte("t"), Unjudged: 5}
	var back Record
	if err := DecodeCounters(AppendCounters(nil, &rec), &back); err != nil || back.Seq != 7 || string(back.Told) != "t" || back.Unjudged != 5 {
		t.Errorf("got %v %+v", err, back)
	}
	other := rec
	other.Seq, other.Told, other.Unjudged = 8, nil, 0
	if !bytes.Equal(AppendRecord(nil, &rec), AppendRecord(nil, &other)) {
		t.Error("records that differ in their counters alone are encoded differently")
	}
}

// ofFormerVersion tells whether an encoding that can be read is of the version before the present one.
func ofFormerVersion(name string, data []byte) bool {
	r := reader{rest: data}
	switch name {
	case "snapshot":
		if data[0] < countersVersion {
			return true
		}
		readCounters(&r, &Record{})
		return r.byte() < recordVersion
	case "applied":
		return r.byte() < appliedVersion
	default:
		return r.byte() < eventVersion
	}
}

// Whatever the bytes, decoding ends without a panic, and what it takes is read and looked at without one. What is decoded
// is encoded to the same bytes: an encoding has one form only.
func FuzzDecode(f *testing.F) {
	for _, data := range present() {
		f.Add(data)
	}
	l := weekdayLedger(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"event", "applied", "snapshot"} {
			if again, err := reencode(name, data); err == nil && !bytes.Equal(again, data) && !ofFormerVersion(name, data) {
				t.Fatalf("%s: got %x, want %x", name, again, data)
			}
		}
		rec, err := DecodeSnapshot(data)
		if err != nil {
			return
		}
		for _, day := range []Date{d25("01-15"), d25("01-14"), d25("12-31"), 40000} {
			v := rec.Customer.View(l, day)
			_, _, _, _, _ = v.Exposure(), v.Ageing(), v.DueLines(), v.Parts(), v.Settlements()
			_, _, _, _, _ = v.Disputes(), v.Promises(), v.Plans(), v.GradeOverride(), v.CoversOn(day)
			v.NetExposure()
			rec.Customer.Shrink(l, day)
		}
	})
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"tocsin/consumer"
	"tocsin/state"
)

// auditCommand tells what people have done, and whether the record of it is whole.
type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Check that nothing in the audit was changed, dropped, moved or cut off."`
	Show   auditShowCommand   `cmd:"" help:"List who has done what, when, why, and what they saw."`
}

// Help says what is in it.
func (c *auditCommand) Help() string {
	return "Every decision on a task, removal from the watch list, accepted gap, release from quarantine and refused record that was accepted after all, and " +
		"every configuration that came into force, is a row, written by the transaction that does it. Each row is hashed with the one before " +
		"it. When a customer is erased, what the rows have of him is dropped and its hash stays, so that the chain is whole and tells of it.\n\n" +
		"After an upgrade the audit begins with `tocsin migrate finish`: until then an earlier version may work with the store, which keeps none."
}

// auditVerifyCommand checks the chain.
type auditVerifyCommand struct {
	configFlag
	outputFlag
	Head string `placeholder:"SEQ:HASH" help:"A head that an earlier verify has printed: the chain must lead to it. Keep it where the store's writers cannot change it; without one a tail that was cut off with care is not seen."`
}

// verifiedRecord is what verify tells programs.
type verifiedRecord struct {
	Whole  bool   `json:"whole"`
	Rows   int64  `json:"rows"`   // that were checked and are good
	Erased int64  `json:"erased"` // of these, whose customer was erased
	Head   string `json:"head"`   // the last good one
	Breaks *int64 `json:"breaks_at,omitempty"`
	Why    string `json:"why,omitempty"`
}

// Run prints one line. It exits 1 where the chain breaks, and says where first.
func (c *auditVerifyCommand) Run(p *process) (err error) {
	var heads []state.AuditHead
	if c.Head != "" {
		head, err := state.ParseAuditHead(c.Head)
		if err != nil {
			return usageError{"--head: " + err.Error()}
		}
		heads = append(heads, head)
	}
	store, err := c.open(p, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	v, err := state.VerifyAudit(p.ctx, store, heads...)
	var broken *state.AuditBreak
	if err != nil && !errors.As(err, &broken) {
		return err
	}
	if c.json() {
		record := verifiedRecord{Whole: broken == nil, Rows: v.Rows, Erased: v.Erased, Head: v.Head.String()}
		if broken != nil {
			record.Breaks, record.Why = &broken.Seq, broken.Why
		}
		_ = json.NewEncoder(p.stdout).Encode(record)
	} else if broken != nil {
		fmt.Fprintf(p.stdout, "broken at row %d: %s\n%d rows before it are whole\n", broken.Seq, broken.Why, v.Rows)
	} else {
		fmt.Fprintf(p.stdout, "whole: %d rows, %d of them of customers who are erased\nhead %v\n", v.Rows, v.Erased, v.Head)
	}
	if broken != nil {
		return errFinding
	}
	return c.begun(p, store)
}

// begun warns where no rows are kept.
func (c *auditVerifyCommand) begun(p *process, store state.Audits) error {
	_, begun, err := store.AuditHead(p.ctx)
	if err == nil && !begun {
		fmt.Fprintln(p.stderr, "tocsin: warning: the audit has not begun: it does with `tocsin migrate finish`")
	}
	return err
}

// auditShowCommand lists rows.
type auditShowCommand struct {
	configFlag
	outputFlag
	Customer string `placeholder:"ID" help:"Of this customer alone."`
	Since    string `placeholder:"TIME" help:"Then or later: a date, or an instant such as 2026-11-20T09:00:00Z."`
}

// auditRecord is a line of --output json. What is not known any more, since the customer is erased, is null.
type auditRecord struct {
	Seq      int64           `json:"seq"`
	At       string          `json:"at"`
	By       string          `json:"by"`
	Via      string          `json:"via"`
	Deed     string          `json:"deed"`
	Request  *string         `json:"request"`
	Customer *string         `json:"customer_id"` // empty: of nobody in particular
	Erased   bool            `json:"erased"`
	Why      json.RawMessage `json:"why"`
	Saw      json.RawMessage `json:"saw"`
	Hash     string          `json:"hash"`
}

// auditAtOnce is how many rows are read together.
const auditAtOnce = 1000

// Run prints one row a line.
func (c *auditShowCommand) Run(p *process) (err error) {
	loaded, err := c.load(p)
	if err != nil {
		return err
	}
	ledger, err := loaded.ledger()
	if err != nil {
		return err
	}
	since, err := instantFlag("--since", c.Since, ledger.Zone)
	if err != nil {
		return err
	}
	store, err := loaded.openStore(p.ctx, readStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for after := int64(0); ; {
		rows, err := store.Audit(p.ctx, after, auditAtOnce)
		if err != nil {
			return err
		}
		for i := range rows {
			r := &rows[i]
			if after = r.Seq; r.At < since || c.Customer != "" && string(r.Customer) != c.Customer {
				continue
			}
			if err := c.tell(p, r); err != nil {
				return fmt.Errorf("audit row %d: %w", r.Seq, err)
			}
		}
		if len(rows) < auditAtOnce {
			return nil
		}
	}
}

// tell prints one row.
func (c *auditShowCommand) tell(p *process, r *state.AuditRow) error {
	record := auditRecord{Seq: r.Seq, At: r.At.String(), By: r.By, Via: r.Via, Deed: r.Deed, Erased: r.Erased(), Hash: r.Hash.String()}
	var body consumer.AuditBody
	if !r.Erased() {
		customer := string(r.Customer)
		record.Request, record.Customer = &r.Request, &customer
		if err := errors.Join(json.Unmarshal(r.Body, &record), json.Unmarshal(r.Body, &body)); err != nil {
			return err
		}
	}
	if c.json() {
		return json.NewEncoder(p.stdout).Encode(record)
	}
	text := fmt.Sprintf("%d  %s  %s by %s via %s  ", r.Seq, record.At, printable(r.Deed), printable(r.By), printable(r.Via))
	switch {
	case r.Erased():
		text += "the customer is erased"
	case r.Customer != "":
		text += printable(string(r.Customer)) + auditText(&body)
	default:
		text += "-" + auditText(&body)
	}
	fmt.Fprintln(p.stdout, text)
	return nil
}

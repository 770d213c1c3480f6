package state

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Audits is the chain of what people, and policies in their place, have done: one row a deed, written by the transaction that does it,
// in one order for the whole store. A row's hash covers the row before it, so that none can be changed, dropped, moved or put in between
// without every later hash being another one. See [VerifyAudit].
//
// The chain begins when no earlier program can work on the store any more: one of them would decide without a row, and would leave
// customers' names in it when they are erased. Until then rows that are given are not kept.
type Audits interface {
	// Audit lists up to limit rows behind a seq, by seq.
	Audit(ctx context.Context, after int64, limit int) ([]AuditRow, error)
	// AuditHead is where the chain ends; the zero one of an empty chain. begun is false as long as no rows are kept.
	AuditHead(ctx context.Context) (head AuditHead, begun bool, err error)
}

// AuditHash is the SHA-256 of a row or of what is sealed in it.
type AuditHash [sha256.Size]byte

func (h AuditHash) String() string { return hex.EncodeToString(h[:]) }

// AuditHead names a row: whoever has kept one can tell later that nothing up to it was changed, and that nothing was cut off.
type AuditHead struct {
	Seq  int64
	Hash AuditHash
}

// String is SEQ:HASH, as [ParseAuditHead] reads it.
func (h AuditHead) String() string { return fmt.Sprintf("%d:%v", h.Seq, h.Hash) }

// ParseAuditHead reads SEQ:HASH.
func ParseAuditHead(text string) (h AuditHead, err error) {
	seq, hash, _ := strings.Cut(text, ":")
	h.Seq, err = strconv.ParseInt(seq, 10, 64)
	if n, hashErr := hex.Decode(h.Hash[:], []byte(hash[:min(len(hash), 2*len(h.Hash))])); err != nil || hashErr != nil ||
		h.Seq < 0 || n != len(h.Hash) || len(hash) != 2*len(h.Hash) {
		return AuditHead{}, fmt.Errorf("%q is no head of an audit chain, SEQ:HASH", text)
	}
	return h, nil
}

// AuditRow is one deed. A caller sets what comes before Salt; a store adds the rest.
//
// Request, Customer and Body are sealed: the row's hash covers a hash of them, made with a salt that is known to the store alone. An
// erasure of the customer drops them and the salt and leaves that hash, which then tells nothing, and the chain is as whole as before.
// By is the name of somebody who acts, not of a customer, and stays.
type AuditRow struct {
	At       Instant    // by the store's clock
	By       string     // who; never empty
	Via      string     // how it came in, one of the Via names
	Deed     string     // what was done
	Request  string     // the id under which it was asked for; empty: it had none
	Customer CustomerID // empty: it is of nobody in particular
	Body     []byte     // why, and what they saw; JSON

	Salt []byte    // nil: the customer was erased, and Request, Customer and Body are dropped
	Seal AuditHash // of these
	Seq  int64     // 1, 2, 3 …
	Hash AuditHash
}

// How deeds come in.
const (
	ViaCommand = "command" // a command line
	ViaProcess = "process" // the start of a process
	ViaAPI     = "api"     // the HTTP API
	ViaSlack   = "slack"   // a button, form or command in Slack
)

// Head names the row.
func (r *AuditRow) Head() AuditHead { return AuditHead{r.Seq, r.Hash} }

// Erased tells whether only the seal is left of whom the row is of, and why.
func (r *AuditRow) Erased() bool { return r.Salt == nil }

// CheckAudit refuses rows that do not say who has done what.
func CheckAudit(rows []AuditRow) error {
	for i := range rows {
		if r := &rows[i]; r.By == "" || r.Via == "" || r.Deed == "" || r.Seq != 0 {
			return fmt.Errorf("audit row %d: %q by %q via %q", r.Seq, r.Deed, r.By, r.Via)
		}
	}
	return nil
}

// ChainAudit adds rows to a chain that ends at head: it seals each with a salt of its own and returns them, and where the chain ends then.
// The rows that are given stay as they are.
func ChainAudit(head AuditHead, rows []AuditRow, salt func() []byte) ([]AuditRow, AuditHead) {
	chained := make([]AuditRow, len(rows))
	for i, r := range rows {
		r.Salt, r.Body = salt(), bytes.Clone(r.Body)
		r.Seal, r.Seq = r.seal(), head.Seq+1
		r.Hash = r.hash(head.Hash)
		chained[i], head = r, r.Head()
	}
	return chained, head
}

// Erase drops what an erasure drops.
func (r *AuditRow) Erase() { r.Request, r.Customer, r.Body, r.Salt = "", "", nil, nil }

// auditVersion is the first byte that is hashed of a row.
const auditVersion = 1

func (r *AuditRow) seal() AuditHash {
	b := appendAudited([]byte{auditVersion}, string(r.Salt))
	b = appendAudited(b, r.Request)
	b = appendAudited(b, string(r.Customer))
	return sha256.Sum256(appendAudited(b, string(r.Body)))
}

func (r *AuditRow) hash(previous AuditHash) AuditHash {
	b := append([]byte{auditVersion}, previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(r.At))
	b = appendAudited(b, r.By)
	b = appendAudited(b, r.Via)
	b = appendAudited(b, r.Deed)
	return sha256.Sum256(append(b, r.Seal[:]...))
}

// appendAudited appends a text with its length, so that no two rows are hashed as the same bytes.
func appendAudited(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(text))), text...)
}

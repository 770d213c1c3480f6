package postgres

import (
	"regexp"
	"slices"
	"strings"
)

// Lock is what a migration takes of a table that was there before it, until the end of its transaction.
type Lock struct {
	Table string
	Mode  string // as pg_locks has it; empty: not known
}

// Modes of locks that migrations take, the stronger ones later.
const (
	rowLock   = "RowExclusiveLock"
	quietLock = "ShareUpdateExclusiveLock"
	buildLock = "ShareLock"
	watchLock = "ShareRowExclusiveLock"
	fullLock  = "AccessExclusiveLock"
)

var modes = []string{"", rowLock, quietLock, buildLock, watchLock, fullLock}

// String says who waits.
func (l Lock) String() string {
	switch l.Mode {
	case rowLock:
		return "changes rows of " + l.Table + "; who writes the same ones waits"
	case quietLock:
		return "locks " + l.Table + " against other changes of its schema; nobody else waits"
	case buildLock:
		return "locks " + l.Table + ": who writes it waits until the transaction ends; how long an index takes depends on the table's size"
	case watchLock:
		return "locks " + l.Table + ": who writes it waits until the transaction ends"
	case fullLock:
		return "locks " + l.Table + ": who reads or writes it waits until the transaction ends"
	}
	return "what it locks is not known: " + l.Table
}

// statements of migrations by what they lock. A name follows that is the table's.
var statements = []struct {
	begins *regexp.Regexp
	mode   string
	makes  bool // the table is new, and nobody waits for it
}{
	{regexp.MustCompile(`^CREATE (?:OR REPLACE )?FUNCTION (\w+)`), "", true},
	{regexp.MustCompile(`^CREATE (?:OR REPLACE )?TRIGGER \w+ .*? ON (\w+)`), watchLock, false},
	{regexp.MustCompile(`^CREATE (?:TABLE|VIEW|SEQUENCE)(?: IF NOT EXISTS)? (\w+)`), "", true},
	{regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX \w+ ON (\w+)`), buildLock, false},
	{regexp.MustCompile(`^(?:ALTER|DROP) (?:TABLE|VIEW|SEQUENCE)(?: IF EXISTS)? (\w+)`), fullLock, false},
	{regexp.MustCompile(`^DROP INDEX (\w+)_\w+`), fullLock, false}, // it is named after its table and, in a word, its columns
	{regexp.MustCompile(`^COMMENT ON (?:TABLE|COLUMN|VIEW) (\w+)`), quietLock, false},
	{regexp.MustCompile(`^(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)`), rowLock, false},
}

// Locks are what a migration's script takes of tables that were there before, by table.
func Locks(script string) []Lock {
	made := make(map[string]bool)
	strongest := make(map[string]string)
	var unknown []Lock
	for _, statement := range split(script) {
		known := false
		for _, s := range statements {
			m := s.begins.FindStringSubmatch(statement)
			if m == nil || strings.Contains(statement, " REFERENCES ") {
				continue
			}
			known = true
			if s.makes {
				made[m[1]] = true
			} else if !made[m[1]] && slices.Index(modes, s.mode) > slices.Index(modes, strongest[m[1]]) {
				strongest[m[1]] = s.mode
			}
			break
		}
		if !known {
			unknown = append(unknown, Lock{Table: statement})
		}
	}
	locks := make([]Lock, 0, len(strongest))
	for table, mode := range strongest {
		locks = append(locks, Lock{table, mode})
	}
	slices.SortFunc(locks, func(a, b Lock) int { return strings.Compare(a.Table, b.Table) })
	return append(locks, unknown...)
}

// split cuts a script into statements, without comments and with single spaces.
func split(script string) []string {
	var all []string
	var b strings.Builder
	end := func() {
		if text := strings.Join(strings.Fields(b.String()), " "); text != "" {
			all = append(all, text)
		}
		b.Reset()
	}
	quoted, body := false, false // within '…', within $$…$$
	for i := 0; i < len(script); i++ {
		switch rest := script[i:]; {
		case strings.HasPrefix(rest, "$$"):
			body = !body
			b.WriteString("$$")
			i++
		case body:
			b.WriteByte(script[i])
		case script[i] == '\'':
			quoted = !quoted
			b.WriteByte('\'')
		case quoted:
			b.WriteByte(script[i])
		case strings.HasPrefix(rest, "--"):
			line, _, _ := strings.Cut(rest, "\n")
			i += len(line) - 1
		case script[i] == ';':
			end()
		default:
			b.WriteByte(script[i])
		}
	}
	end()
	return all
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tocsin/state"
)

// SQLSTATE codes that something follows from.
const (
	uniqueViolation       = "23505"
	insufficientPrivilege = "42501"
	unsupported           = "0A000"
)

// passing are the codes, by their beginning, of what may be otherwise in a moment and has nothing to do with the call: a row that
// was held for too long, a victim of a deadlock or of a cancel, a server that became a standby or has no room.
var passing = []string{"08", "40", "53", "57", "58", "55P03", "25006"}

// refuses tells whether the server has answered with a code.
func refuses(err error, code string) bool {
	var told *pgconn.PgError
	return errors.As(err, &told) && told.Code == code
}

// violates tells whether an error is that a key is taken.
func violates(err error, constraint string) bool {
	var told *pgconn.PgError
	return errors.As(err, &told) && told.Code == uniqueViolation && told.ConstraintName == constraint
}

// judge says what an error of a call means: the end of the caller's context is that, and where the server has not answered, or
// could not do it just now, it is unavailable. Before COMMIT nothing was written.
func judge(caller context.Context, err error, closed bool) error {
	var told *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case caller.Err() != nil && (closed || errors.Is(err, caller.Err())):
		return context.Cause(caller)
	case errors.As(err, &told):
		if told.SeverityUnlocalized != "FATAL" && told.SeverityUnlocalized != "PANIC" && !isPassing(told) {
			return err
		}
	case !closed:
		return err
	}
	return fmt.Errorf("%w: %w", state.ErrUnavailable, err)
}

// isPassing tells whether the call may go well in a moment. So it does where a migration has changed what a statement returns that
// the connection had prepared before: the next call prepares it anew.
func isPassing(told *pgconn.PgError) bool {
	return slices.ContainsFunc(passing, func(beginning string) bool { return strings.HasPrefix(told.Code, beginning) }) ||
		told.Code == unsupported && told.Routine == "RevalidateCachedQuery"
}

// outcome says what a failed COMMIT has left, of a transaction whose session was there when it was sent. Nothing, where the server
// itself refused it; else nobody knows. What pgx calls safe to retry is not asked: it says so of a session that closed while the
// answer was awaited, too.
func outcome(err error) error {
	var told *pgconn.PgError
	switch refused := errors.As(err, &told) && told.SeverityUnlocalized == "ERROR"; {
	case err == nil:
		return nil
	case refused && isPassing(told):
		return fmt.Errorf("%w: %w", state.ErrUnavailable, err)
	case refused, errors.Is(err, pgx.ErrTxCommitRollback):
		return err
	}
	return fmt.Errorf("%w: %w", state.ErrUnknown, err)
}

package detectors

import "tocsin/state"

// The reasons of limit_breach. Those of a breach stand in the order in which ties between them are decided.
const (
	near            = "NEAR"
	high            = "HIGH"
	limitReduced    = "LIMIT_REDUCED"
	tempExpired     = "TEMP_EXPIRED"
	paymentReturned = "PAYMENT_RETURNED"
	byOrder         = "ORDER"
	byDelivery      = "DELIVERY"
	byFX            = "FX"
	byOther         = "OTHER"
)

// reasons says, for each level, what to tell while it stands. A breach keeps the reason with which it stood at the last
// close; one that is new today, also one that comes back, is measured anew.
func (d *LimitBreach) reasons(in *Input, p standing, raise Level) [4]string {
	breach := p.breachLevel()
	cause := ""
	switch {
	case in.Standing > None && isBreach(in.Reason):
		cause = in.Reason
	case raise >= breach:
		cause = breachCause(in.View.Since(in.Closed))
	}
	if p.hard {
		return [4]string{Info: near, Warning: high, Critical: cause}
	}
	return [4]string{Info: d.softInfo(in, p), Warning: cause, Critical: cause}
}

// softInfo tells HIGH from NEAR under a soft limit, where both are info: HIGH from its own threshold on, and until its own
// way out where it stood at the last close.
func (d *LimitBreach) softInfo(in *Input, p standing) string {
	stood := in.Standing > None && in.Reason != near
	if d.HighRatio.compare(p.exposure, p.limit) >= 0 || stood && d.HighClearRatio.compare(p.exposure, p.limit) >= 0 {
		return high
	}
	return near
}

func isBreach(reason string) bool { return reason != "" && reason != near && reason != high }

// breachCause is the largest change towards a breach since the last close.
func breachCause(since state.Changes) string {
	cause, most := byOther, int64(0)
	for _, c := range [...]struct {
		reason string
		by     int64
	}{
		{limitReduced, since.BaseLimit},
		{tempExpired, since.TemporaryLimit},
		{paymentReturned, since.Returned},
		{byOrder, since.OpenOrders},
		{byDelivery, since.Documents},
		{byFX, since.Revaluation},
	} {
		if c.by > most {
			cause, most = c.reason, c.by
		}
	}
	return cause
}

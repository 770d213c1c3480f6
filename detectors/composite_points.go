package detectors

// The groups of signals that a score caps.
const (
	groupPaying    = iota // how late the customer pays
	groupConduct          // what he says and does about it
	groupLiquidity        // where his money comes from
	groupExposure         // how much is at stake
	groupExternal         // what others say of him
	groups                // their number; of a signal that has no points
)

// capNames are the contributions that they are capped by.
var capNames = [groups]string{"cap_paying", "cap_conduct", "cap_liquidity", "cap_exposure", "cap_external"}

// scored are the signals that have points, each with its group and its points by default at info, warning and critical. All limit
// signals have those of `limit`. A register's fact has points by its class, not here.
var scored = [...]struct {
	signal   string
	group    int
	defaults [3]string
}{
	{"payment_slowdown", groupPaying, [3]string{"0", "12", "20"}},
	{"partial_payment", groupPaying, [3]string{"0", "10", "16"}},
	{"overdue", groupPaying, [3]string{"4", "12", "20"}},
	{"overdue_ratio", groupPaying, [3]string{"0", "6", "12"}},
	{"turnover_swing", groupPaying, [3]string{"0", "4", "8"}},
	{"broken_promise", groupConduct, [3]string{"4", "12", "20"}},
	{"contact_lost", groupConduct, [3]string{"0", "10", "18"}},
	{"dispute_stall", groupConduct, [3]string{"0", "8", "14"}},
	{"payment_returned", groupLiquidity, [3]string{"0", "18", "30"}},
	{"terms_request", groupLiquidity, [3]string{"3", "8", "16"}},
	{"payer_change", groupLiquidity, [3]string{"0", "6", "15"}},
	{"limit", groupExposure, [3]string{"4", "8", "15"}},
	{"order_pattern_break", groupExposure, [3]string{"0", "8", "15"}},
}

// scoredAs is the row of a signal in scored; -1: it has none.
func scoredAs(signal string) int {
	if isLimit(signal) {
		signal = "limit"
	}
	for i := range scored {
		if scored[i].signal == signal {
			return i
		}
	}
	return -1
}

// groupOf is the group of a signal; groups: it is in none.
func groupOf(signal string) int {
	if signal == adverseRegistrySign.Signal {
		return groupExternal
	}
	if row := scoredAs(signal); row >= 0 {
		return scored[row].group
	}
	return groups
}

// points are those of a signal as it stands.
func (c *Composite) points(f *Finding) int {
	if f.Level == None {
		return 0
	}
	if f.Signal == adverseRegistrySign.Signal {
		return c.registryPoints(f)
	}
	if row := scoredAs(f.Signal); row >= 0 {
		return c.Points[row][f.Level-Info]
	}
	return 0
}

func (c *Composite) registryPoints(f *Finding) int {
	switch {
	case f.Level == Critical:
		return c.SeverePoints
	case f.Level == Info:
		return c.SoftPoints
	case f.Reason == classB2:
		return c.SeriousPoints
	default:
		return c.SoftWarningPoints
	}
}

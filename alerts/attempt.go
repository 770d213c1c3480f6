package alerts

// Attempt is what somebody wanted to do and may not. Nothing comes of it but that the audit has it.
type Attempt struct {
	Action Action // 0: none; then Deed names it
	Deed   string
	By     string // who: never empty
	TaskID string // the review task that it was about; empty: none
	Seen   int64  // its seq; 0: not told
	Why    string // what does not let him, as an operator finds it
}

// Name is what the audit calls what was wanted.
func (a *Attempt) Name() string {
	if a.Action == 0 {
		return a.Deed
	}
	return a.Action.String()
}

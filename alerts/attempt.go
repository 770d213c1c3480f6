package alerts

// Attempt is what somebody wanted to do and may not. Nothing comes of it but that the audit has it.
type Attempt struct {
	Action Action
	By     string // who: never empty
	TaskID string // the review task that it was about; empty: none
	Seen   int64  // its seq; 0: not told
	Why    string // what does not let him, as an operator finds it
}

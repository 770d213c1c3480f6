package state

// Causes are the batches that many customers dispute, so that the goods are at fault and no customer, each with the day from which on
// that is in force. They are no customer's fact: whoever closes a day finds them, and they stay for ever. Nobody changes them.
type Causes map[string]Date

// Excuse has what is known of common causes count from now on.
func (c *Customer) Excuse(causes Causes) { c.causes = causes }

// CommonCause tells whether a batch is disputed by many customers, as it was known on the view's day.
func (v *View) CommonCause(batch string) bool {
	from, known := v.c.causes[batch]
	return known && batch != "" && from <= v.Day
}

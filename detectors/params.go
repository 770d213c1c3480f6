package detectors

// Param is one threshold: declared once with its name, bounds and meaning, bound to the field it sets.
type Param struct{}

// Materiality tells which amounts count.
type Materiality struct{}

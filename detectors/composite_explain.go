package detectors

// Explain tells from which score on a grade begins, but of grades that another reason than the score keeps in force: a person has given
// one, or it rises slowly. From that one on a worse score counts at once.
func (c *Composite) Explain(in *Input) []Condition {
	g := c.Grade(in)
	var out []Condition
	for l := Info; l <= Critical; l++ {
		switch {
		case g.Override != nil:
			out = append(out, gradeCondition(l, "grade_given", &g))
		case g.Grade != c.gradeOf(g.Points) && l <= levelOfGrade(g.Grade):
			out = append(out, gradeCondition(l, "grade_held", &g))
		default:
			from := [...]int{Info: c.Fair, Warning: c.Watch, Critical: c.Bad}[l]
			out = append(out, Condition{Level: l, What: "score", Unit: UnitCount, Value: int64(g.Points), Is: AtLeast, Threshold: int64(from)})
		}
	}
	return out
}

// gradeCondition is that the grade in force is as bad as a level takes.
func gradeCondition(l Level, what string, g *Graded) Condition {
	c := flag(l, what, levelOfGrade(g.Grade) >= l, true)
	c.About = g.Grade.String()
	return c
}

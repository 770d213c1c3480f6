package alerts

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/detectors"
	"tocsin/state"
)

// The shapes in which a case message is read.
type (
	caseWire struct {
		CaseID      string       `json:"case_id"`
		Seq         int64        `json:"seq"`
		Customer    string       `json:"customer_id"`
		Name        string       `json:"name"`
		Segment     string       `json:"segment"`
		State       string       `json:"state"`
		Severity    levelWire    `json:"severity"`
		Before      levelWire    `json:"before"`
		Opened      dateWire     `json:"opened"`
		At          dateWire     `json:"at"`
		KnownAt     int64        `json:"known_at_ns"`
		Headline    headlineWire `json:"headline"`
		MoneyAtRisk moneyWire    `json:"money_at_risk"`
		Alerts      []alertWire  `json:"alerts"`
		Changes     []changeWire `json:"changes"`
		Task        taskWire     `json:"task"`
		Group       *struct {
			Tasks    int         `json:"tasks"`
			Severity levelWire   `json:"severity"`
			AtRisk   []moneyWire `json:"at_risk"`
		} `json:"group"`
		Recounted bool     `json:"recounted"`
		Unposted  bool     `json:"unposted"`
		MovedTo   []string `json:"moved_to"`
	}
	headlineWire struct {
		Exposure    moneyWire `json:"exposure"`
		Limit       moneyWire `json:"limit"`
		Utilisation string    `json:"utilisation"`
		Overdue     moneyWire `json:"overdue"`
		DaysPastDue int       `json:"days_past_due"`
		Score       int       `json:"score"`
		Grade       gradeWire `json:"grade"`
		ScoreBefore int       `json:"score_30_days_ago"`
		GradeBefore gradeWire `json:"grade_30_days_ago"`
		Watched     dateWire  `json:"watch_list_since"`
	}
	alertWire struct {
		AlertID     string           `json:"alert_id"`
		Signal      string           `json:"signal"`
		Level       levelWire        `json:"level"`
		Reason      string           `json:"reason"`
		Since       dateWire         `json:"since"`
		LevelSince  dateWire         `json:"level_since"`
		Footing     Footing          `json:"footing"`
		Ends        dateWire         `json:"ends"`
		HoldDays    int              `json:"hold_days"`
		Feedback    string           `json:"feedback"`
		Facts       []detectors.Fact `json:"facts"`
		MoneyAtRisk moneyWire        `json:"money_at_risk"`
		ClearsIf    []remedyWire     `json:"clears_if"`
		Actions     []string         `json:"actions"`
		Evidence    []string         `json:"evidence"`
		Wording     string           `json:"wording"`
	}
	remedyWire struct {
		Do        string    `json:"do"`
		Condition string    `json:"condition"`
		Amount    moneyWire `json:"amount"`
		To        levelWire `json:"to"`
	}
	changeWire struct {
		AlertID string    `json:"alert_id"`
		Signal  string    `json:"signal"`
		Reason  string    `json:"reason"`
		From    levelWire `json:"from"`
		To      levelWire `json:"to"`
		Kind    string    `json:"transition"`
	}
	taskWire struct {
		TaskID      string      `json:"task_id"`
		State       string      `json:"state"`
		Owner       string      `json:"owner"`
		Deputy      string      `json:"deputy"`
		Due         instantWire `json:"due"`
		Acknowledge instantWire `json:"acknowledge_by"`
		By          string      `json:"by"`
		Decision    string      `json:"decision"`
		ReasonCode  string      `json:"reason_code"`
		NextReview  dateWire    `json:"next_review_date"`

		SnoozedUntil dateWire `json:"snoozed_until"`
		Worse        uint     `json:"worse_percent"`

		Escalated   uint8  `json:"escalated"`
		EscalatedTo string `json:"escalated_to"`
		Reminded    bool   `json:"reminded"`
		Late        bool   `json:"late_decision"`
		Among       bool   `json:"late_among_many"`
	}

	levelWire   detectors.Level
	gradeWire   state.Grade
	dateWire    state.Date
	instantWire state.Instant
	moneyWire   state.Money
)

func (w *headlineWire) headline() Headline {
	return Headline{
		Exposure: state.Money(w.Exposure), Limit: state.Money(w.Limit), Utilisation: w.Utilisation,
		Overdue: state.Money(w.Overdue), DaysPastDue: w.DaysPastDue,
		Score: w.Score, Grade: state.Grade(w.Grade), Watched: state.Date(w.Watched),
		Before: detectors.Standing{Score: w.ScoreBefore, Grade: state.Grade(w.GradeBefore)},
	}
}

func (w *alertWire) alert() CaseAlert {
	a := CaseAlert{
		AlertID: w.AlertID, Signal: w.Signal, Level: detectors.Level(w.Level), Reason: w.Reason,
		Since: state.Date(w.Since), LevelSince: state.Date(w.LevelSince), Footing: w.Footing, Ends: state.Date(w.Ends), HoldDays: w.HoldDays, Feedback: w.Feedback,
		Detail: detectors.Detail{MoneyAtRisk: state.Money(w.MoneyAtRisk), Wording: w.Wording},
	}
	a.Facts, a.Actions, a.Evidence = filled(w.Facts), filled(w.Actions), filled(w.Evidence)
	for _, r := range w.ClearsIf {
		way := detectors.Remedy{Do: r.Do, Amount: state.Money(r.Amount), To: detectors.Level(r.To)}
		a.ClearsIf = append(a.ClearsIf, way)
		if way.Do == detectors.ByCondition && way.To < detectors.Critical {
			a.Conditions[way.To] = r.Condition
		}
	}
	return a
}

// filled is a list, nil if it is empty.
func filled[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// UnmarshalJSON reads a level by its name.
func (w *levelWire) UnmarshalJSON(b []byte) error {
	for l := detectors.None; l <= detectors.Critical; l++ {
		if string(b) == strconv.Quote(l.String()) {
			*w = levelWire(l)
			return nil
		}
	}
	return fmt.Errorf("%s is not a level", b)
}

// UnmarshalJSON reads a grade by its name.
func (w *gradeWire) UnmarshalJSON(b []byte) error {
	for g := state.GradeExcellent; g <= state.GradeBad; g++ {
		if string(b) == strconv.Quote(g.String()) {
			*w = gradeWire(g)
			return nil
		}
	}
	return fmt.Errorf("%s is not a grade", b)
}

// UnmarshalJSON reads a date or null.
func (w *dateWire) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*w = 0
		return nil
	}
	d, ok := state.ParseDate(strings.Trim(string(b), `"`))
	if !ok {
		return fmt.Errorf("%s is not a date", b)
	}
	*w = dateWire(d)
	return nil
}

// UnmarshalJSON reads an instant, a date as a program before this one told it, or null. Of a date it is the end, in UTC.
func (w *instantWire) UnmarshalJSON(b []byte) error {
	var d dateWire
	if err := d.UnmarshalJSON(b); err == nil {
		if *w = 0; d != 0 {
			*w = instantWire(state.Date(d + 1).Start(time.UTC))
		}
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, strings.Trim(string(b), `"`))
	if err != nil || at.Before(time.Unix(0, 0)) || at.Year() >= 2262 {
		return fmt.Errorf("%s is not an instant", b)
	}
	*w = instantWire(state.InstantOf(at))
	return nil
}

// UnmarshalJSON reads an amount or null.
func (w *moneyWire) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*w = moneyWire{}
		return nil
	}
	var text struct{ Amount, Currency string }
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	currency, ok := state.ParseCurrency(text.Currency)
	if !ok {
		return fmt.Errorf("%q is not a currency", text.Currency)
	}
	whole, fraction, _ := strings.Cut(text.Amount, ".")
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != currency.Scale() {
		return fmt.Errorf("%q is not an amount in %s", text.Amount, currency)
	}
	*w = moneyWire{Minor: minor, Currency: currency}
	return nil
}

package detectors

// class is how much a registry fact weighs.
type class uint8

const (
	soft     class = iota // C: corroborates
	serious               // B2
	severe                // B1
	terminal              // A
	positive              // P: ends others, is not raised
)

// reach tells which facts of a party a positive one ends.
type reach uint8

const (
	wholeParty reach = iota // all of the kinds
	caseOrAll               // those of its subject; all, where it names none
	sameCase                // those of its subject
)

// registryType is a canonical kind of registry fact: its class where nothing more is told, and what it ends.
type registryType struct {
	class class
	ends  []string
	reach reach
}

const (
	enforcement    = "enforcement"
	directorChange = "director_change"
	otherKind      = "other"
)

// insolvencies are the kinds of class A.
var insolvencies = []string{"administration", "arrangement", "dissolved", "foreign_insolvency", "liquidation", "receivership"}

// registryTypes are the canonical kinds. A kind that is not here counts as `other`, which is soft. Where amount, detail,
// share or notches decide between two classes, the lower one stands here.
var registryTypes = map[string]registryType{
	"administration":     {class: terminal},
	"arrangement":        {class: terminal},
	"dissolved":          {class: terminal},
	"foreign_insolvency": {class: terminal},
	"liquidation":        {class: terminal},
	"receivership":       {class: terminal},

	"dishonest_debtor":        {class: severe},
	"insurer_limit_cancelled": {class: severe},
	"moratorium":              {class: severe},
	"serious_violation":       {class: severe},
	"strike_off_compulsory":   {class: severe},
	"unenforceable_closed":    {class: severe},
	"winding_up_petition":     {class: severe},

	"address_undeliverable": {class: serious},
	"charge_all_assets":     {class: serious},
	"consumption_limit":     {class: serious},
	"converted":             {class: serious},
	enforcement:             {class: serious}, // severe by amount or number
	"equity_frozen":         {class: serious},
	"insurer_limit_cut":     {class: serious},
	"officer_disqualified":  {class: serious},
	"solvent_liquidation":   {class: serious},
	"strike_off_voluntary":  {class: serious},
	"tax_arrears":           {class: serious},

	"abnormal_list":        {class: soft},
	"accounts_overdue":     {class: soft},
	"address_change":       {class: soft},
	"capital_reduced":      {class: soft},
	"charge_registered":    {class: soft},
	"confirmation_overdue": {class: soft},
	directorChange:         {class: soft},
	"lawsuit_defendant":    {class: soft},
	"name_change":          {class: soft},
	otherKind:              {class: soft},
	"owner_change":         {class: soft},
	"penalty":              {class: soft},
	"rating_down":          {class: soft},
	"score_down":           {class: soft},

	"case_ended":              {class: positive, reach: caseOrAll, ends: append([]string{"winding_up_petition", "moratorium"}, insolvencies...)},
	"charge_satisfied":        {class: positive, reach: sameCase, ends: []string{"charge_registered", "charge_all_assets"}},
	"removed_from_list":       {class: positive, ends: []string{"abnormal_list", "serious_violation", "dishonest_debtor"}},
	"restored":                {class: positive, reach: caseOrAll, ends: insolvencies},
	"strike_off_discontinued": {class: positive, ends: []string{"strike_off_compulsory", "strike_off_voluntary"}},
}

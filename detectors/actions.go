package detectors

import "slices"

// reasonDefault picks the actions for a customer in default.
const reasonDefault = "DEFAULT_90"

// occasion is what an action is recommended for. An empty reason is any.
type occasion struct {
	signal string
	level  Level
	reason string
}

// recommended are the default actions, most urgent first, as codes. They follow the seller's ladder of collection:
// reminder, call, formal letter, stop of supply and visit, final demand, law.
var recommended = map[occasion][]string{
	{"limit_breach", Info, ""}:     {"review_limit"},
	{"limit_breach", Warning, ""}:  {"review_limit", "request_part_payment"},
	{"limit_breach", Critical, ""}: {"hold_orders", "release_or_deny_held_orders", "grant_temporary_increase", "request_part_payment"},

	{"limit_missing", Warning, ""}: {"set_limit"},

	{"limit_review_due", Warning, ""}:  {"review_limit"},
	{"limit_review_due", Critical, ""}: {"review_limit", "freeze_limit_increases"},

	{"limit_temporary_expiry", Warning, ""}: {"request_part_payment", "grant_temporary_increase"},

	{"overdue", Info, ""}:                {"send_reminder", "call_customer"},
	{"overdue", Warning, ""}:             {"formal_letter", "hold_orders", "visit_customer"},
	{"overdue", Critical, ""}:            {"hold_orders", "visit_customer", "final_demand"},
	{"overdue", Critical, reasonDefault}: {"hold_orders", "start_legal_action", "file_insurance_claim", "book_provision"},

	{"overdue_ratio", Warning, ""}:  {"call_customer", "formal_letter"},
	{"overdue_ratio", Critical, ""}: {"hold_orders", "formal_letter", "visit_customer"},

	{"payment_returned", Warning, ""}:          {"hold_orders", "require_cleared_funds", "rebook_invoices"},
	{"payment_returned", Critical, ""}:         {"hold_orders", "require_cleared_funds", "rebook_invoices", "call_customer"},
	{"payment_returned", Critical, reasonHard}: {"hold_orders", "require_cleared_funds", "rebook_invoices", "notify_insurer", "check_legal_steps"},

	{"broken_promise", Info, ""}:     {"call_customer"},
	{"broken_promise", Warning, ""}:  {"require_written_plan", "require_payment_before_release"},
	{"broken_promise", Critical, ""}: {"stop_all_deliveries", "formal_letter", "require_written_plan"},

	{"order_pattern_break", Info, ""}:          {"ask_purpose"},
	{"order_pattern_break", Warning, ""}:       {"ask_purpose", "split_delivery", "request_prepayment"},
	{"order_pattern_break", Warning, collapse}: {"collect_now", "call_customer"},
	{"order_pattern_break", Critical, ""}:      {"hold_orders", "reduce_limit", "request_prepayment"},

	{"terms_request", Info, ""}:     {"ask_reason"},
	{"terms_request", Warning, ""}:  {"ask_reason", "require_security", "check_extension_period"},
	{"terms_request", Critical, ""}: {"hold_orders", "require_security", "convene_committee", "check_extension_period"},

	{"partial_payment", Warning, ""}:  {"send_statement", "insist_on_oldest_first"},
	{"partial_payment", Critical, ""}: {"send_statement", "insist_on_oldest_first", "offer_secured_plan"},

	{"dispute_stall", Warning, ""}:  {"resolve_dispute", "collect_undisputed_part"},
	{"dispute_stall", Critical, ""}: {"resolve_dispute", "collect_undisputed_part", "escalate_dispute"},

	{"contact_lost", Warning, ""}:  {"verify_master_data", "use_second_channel", "visit_customer", "check_registry"},
	{"contact_lost", Critical, ""}: {"stop_all_deliveries", "notify_insurer", "visit_customer", "check_registry"},

	{"payment_slowdown", Info, ""}:     {"call_customer"},
	{"payment_slowdown", Warning, ""}:  {"call_customer", "freeze_limit_increases", "review_monthly"},
	{"payment_slowdown", Critical, ""}: {"hold_orders_above_exposure", "call_customer", "freeze_limit_increases", "review_monthly"},

	{"composite", Info, ""}:     {"freeze_limit_increases", "review_limit"},
	{"composite", Warning, ""}:  {"cut_limit", "review_monthly"},
	{"composite", Critical, ""}: {"hold_orders", "require_prepayment", "start_legal_action", "notify_insurer"},

	{"turnover_swing", Info, ""}:     {"review_limit"},
	{"turnover_swing", Warning, ""}:  {"call_customer", "review_limit"},
	{"turnover_swing", Critical, ""}: {"call_customer", "freeze_limit_increases", "review_monthly"},

	{"adverse_registry", Critical, classA}: {"stop_all_deliveries", "recall_goods_in_transit", "assert_retention_of_title", "file_claim", "check_stay_on_dunning"},
	{"payer_change", Warning, ""}:          {"verify_payer", "require_own_account"},
	{"payer_change", Warning, thirdParty}:  {"check_third_party", "verify_payer", "require_own_account"},
	{"payer_change", Warning, deferred}:    {"ask_reason", "require_cleared_funds"},
	{"payer_change", Critical, ""}:         {"hold_orders", "verify_payer", "require_own_account"},
	{"payer_change", Critical, thirdParty}: {"hold_orders", "check_third_party", "verify_payer", "require_own_account"},

	{"adverse_registry", Info, ""}:         {"update_file"},
	{"adverse_registry", Warning, ""}:      {"update_file", "request_information"},
	{"adverse_registry", Warning, classB2}: {"hold_orders", "secure_receivables", "notify_insurer"},
	{"adverse_registry", Critical, ""}:     {"hold_orders", "secure_receivables", "notify_insurer"},
}

// Actions are the codes of all recommended actions: what a catalogue of texts must know.
func Actions() []string {
	var codes []string
	for _, row := range recommended {
		codes = append(codes, row...)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// actions are those for an occasion, or for its signal and level whatever the reason.
func actions(signal string, level Level, reason string) []string {
	if own, ok := recommended[occasion{signal, level, reason}]; ok {
		return slices.Clone(own)
	}
	return slices.Clone(recommended[occasion{signal, level, ""}])
}

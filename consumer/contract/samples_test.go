package contract

// exampleInvoice is the example of the contract.
const exampleInvoice = `{"specversion":"1.0","id":"INV-2026-184213/1","source":"urn:acme:erp:emea","type":"tocsin.invoice.issued.v1","subject":"C-104822",` +
	`"time":"2026-11-20T09:14:03.271Z","datacontenttype":"application/json","data":{"customer_id":"C-104822","revision":1,` +
	`"entity_id":"ACME-DE","invoice_id":"INV-2026-184213","issue_date":"2026-11-20","due_date":"2026-12-20",` +
	`"total":{"amount":"18420.50","currency":"EUR"},"order_ids":["SO-991822"]}}`

// sample is a complete, regular event of a type: the body tells all that data says.
type sample struct {
	typ  string
	data string
}

// samples are events with every member of their type.
var samples = []sample{
	{"order.placed", `"order_id":"SO-1","order_date":"2026-01-02","gross":{"amount":"100.00","currency":"EUR"},"delivered":{"amount":"40.00","currency":"EUR"},"invoiced":{"amount":"30.00","currency":"EUR"},"prepaid":{"amount":"5.00","currency":"EUR"},"requested_delivery_date":"2026-02-01","status":"open","credit_hold":false,"project":true`},
	{"order.changed", `"order_id":"SO-1","order_date":"2026-01-02","gross":{"amount":"0.00","currency":"EUR"},"status":"closed"`},
	{"order.cancelled", `"order_id":"SO-1","cancel_date":"2026-01-05","reason":"customer"`},
	{"invoice.issued", `"invoice_id":"INV-1","kind":"debit_note","issue_date":"2026-01-02","due_date":"2026-02-01","total":{"amount":"1000","currency":"JPY"},"original_due_date":"2026-01-30","delivery_date":"2026-01-01","terms":"NET30","discount_until_date":"2026-01-12","instalments":[{"due_date":"2026-02-01","amount":{"amount":"400","currency":"JPY"}},{"due_date":"2026-03-01","amount":{"amount":"500","currency":"JPY"}}],"retention":{"due_date":"2027-01-02","amount":{"amount":"100","currency":"JPY"}},"order_ids":["SO-1","SO-2"],"replaces":"INV-0","changed_date":"2026-01-03","factored":"without_recourse","batch":"B 7"`},
	{"invoice.credited", `"credit_note_id":"CN-1","credit_date":"2026-01-20","amount":{"amount":"1.234","currency":"KWD"},"allocations":[{"invoice_id":"INV-1","amount":{"amount":"1.000","currency":"KWD"}}],"reason":"returned goods","cancelled":false`},
	{"invoice.cancelled", `"invoice_id":"INV-1","cancel_date":"2026-01-20"`},
	{"invoice.written_off", `"invoice_id":"INV-1","write_off_date":"2026-12-31","amount":{"amount":"12.00","currency":"USD"}`},
	{"dispute.opened", `"dispute_id":"D-1","opened_date":"2026-02-03","invoice_ids":["INV-1","INV-2"],"amount":{"amount":"120.00","currency":"EUR"},"reason":"quality"`},
	{"dispute.closed", `"dispute_id":"D-1","closed_date":"2026-03-03","outcome":"partly","accepted_amount":{"amount":"60.00","currency":"EUR"}`},
	{"payment.received", `"payment_id":"P-1","value_date":"2026-02-01","amount":{"amount":"250.00","currency":"EUR"},"method":"bill","cleared":false,"maturity_date":"2026-05-01","bill_kind":"bank","remittance_ref":"inv 1 less bonus","payer":{"account_hash":"9f86d081","name":"Muster AG"},"end_to_end_id":"E2E-1","allocations":[{"invoice_id":"INV-1","amount":{"amount":"200.00","currency":"EUR"},"by":"customer"},{"invoice_id":"INV-2","amount":{"amount":"50.00","currency":"EUR"},"by":"seller"}],"deposit_for_order":"SO-9"`},
	{"payment.applied", `"payment_id":"P-1","applied_date":"2026-02-03","allocations":[{"invoice_id":"INV-1","amount":{"amount":"200.00","currency":"EUR"},"residual_reason":"bank_fee"}]`},
	{"payment.returned", `"payment_id":"P-1","return_date":"2026-02-05","amount":{"amount":"250.00","currency":"EUR"},"reason_code":"AM04","allocations":[{"invoice_id":"INV-1","amount":{"amount":"200.00","currency":"EUR"}}],"booked_in_error":true`},
	{"promise.made", `"promise_id":"PR-1","made_date":"2026-02-10","promised_date":"2026-02-20","amount":{"amount":"500.00","currency":"EUR"},"invoice_ids":["INV-1"],"status":"open","changed_date":"2026-02-12"`},
	{"contact.attempted", `"contact_id":"CT-1","contact_date":"2026-02-11","direction":"outbound","channel":"phone","outcome":"no_answer"`},
	{"terms.requested", `"request_id":"TR-1","request_date":"2026-02-12","request":"instalment_plan","requester":"customer","status":"accepted","invoice_ids":["INV-1","INV-2"],"plan":[{"due_date":"2026-03-01","amount":{"amount":"250.00","currency":"EUR"}},{"due_date":"2026-04-01","amount":{"amount":"250.00","currency":"EUR"}}]`},
	{"payer.verified", `"account_hash":"9f86d081","verified_date":"2026-02-13","kind":"factor"`},
	{"customer.profile", `"name":"Müller & Söhne","country":"DE","identifiers":[{"scheme":"lei","value":"529900T8BM49AURSDO55"},{"scheme":"reg","value":"HRB 1234","country":"DE"}],"segment":"key_account","parent_customer_id":"C-1","credit_manager":"li.wei","account_owner":"j.doe","customer_since_date":"2001-05-01","reporting_currency":"EUR","status":"active","kind":"company"`},
	{"customer.merged", `"into":"C-200000","merge_date":"2026-04-01"`},
	{"customer.erased", `"erase_date":"2026-05-01"`},
	{"grade.overridden", `"override_id":"GO-1","grade":"watch","set_date":"2026-02-14","reason":"visited the plant","by":"li.wei"`},
	{"note.added", `"note_id":"N-1","note_date":"2026-02-15","sign":"price_dumping","text":"sells below cost since January"`},
	{"limit.set", `"limit_id":"L-1","kind":"base","amount":{"amount":"250000.00","currency":"EUR"},"valid_from_date":"2026-01-01","valid_to_date":"2026-12-31","review_date":"2026-11-01","hard":true`},
	{"cover.set", `"cover_id":"CV-1","kind":"insurance","amount":{"amount":"100000.00","currency":"EUR"},"cover_ratio":"0.9","valid_from_date":"2026-01-01","valid_to_date":"2026-12-31","mep_days":60,"report_days":90,"transfer_days":120`},
	{"registry.event", `"registry":"gb-companies-house","identifier":{"scheme":"reg","value":"01234567","country":"GB"},"kind":"winding_up_petition","subject_id":"CR-2026-1","effective_date":"2026-03-01","published_at":"2026-03-02T10:00:00Z","amount":{"amount":"10000.00","currency":"GBP"},"rating":{"agency":"A","old":"BB","new":"B","notches":-2},"detail":"joined","share":"0.75","status":"ended","retracts":false,"url":"https://example.org/1"`},
	{"fx.rate", `"base":"EUR","quote":"USD","rate":"1.0876","rate_date":"2026-02-16"`},
}

// document puts a sample's data into an envelope.
func (s sample) document() string {
	head := `{"specversion":"1.0","id":"E-1","source":"urn:acme:erp","type":"tocsin.` + s.typ + `.v1",`
	tail := s.data + `,"revision":2,"entity_id":"ACME-DE"}}`
	if s.typ == "registry.event" || s.typ == "fx.rate" {
		return head + `"time":"2026-11-20T09:14:03.271Z","data":{` + tail
	}
	return head + `"subject":"C-104822","time":"2026-11-20T09:14:03.271Z","data":{"customer_id":"C-104822",` + tail
}

const heartbeat = `{"specversion":"1.0","id":"H-1","source":"urn:acme:erp","type":"tocsin.heartbeat.v1","time":"2026-11-20T09:14:03Z","data":{}}`

package alerts

// englishEntries are the codes of what people tell of a customer, in English.
func englishEntries() map[string]string {
	return map[string]string{
		"phone": "by phone", "email": "by e-mail", "letter": "by letter", "visit": "by a visit", "portal": "in a portal",
		"reached": "reached", "no_answer": "no answer", "voicemail": "voicemail", "no_reply": "no reply", "refused": "refused to talk",
		"undeliverable": "undeliverable", "outbound": "we did", "inbound": "the customer did",
		"price_dumping": "sells below cost", "layoffs": "lays people off", "lost_key_customer": "lost a key customer", "rumour": "rumour",
		"premises": "premises run down", "disaster": "natural disaster", "no_accounts": "refuses to show its accounts", "other": "something else",
	}
}

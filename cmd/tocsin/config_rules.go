package main

// ruleConfig is what decides which signs are raised: thresholds, materiality, and segments that judge differently.
type ruleConfig struct {
	Materiality materialityConfig
}

// materialityConfig tells which amounts count. Amounts are in units of the customer's currency.
type materialityConfig struct {
	Amount           decimal
	Ratio            decimal // of the customer's open receivables
	AmountByCurrency map[string]string
}

func defaultRules() ruleConfig {
	return ruleConfig{
		Materiality: materialityConfig{Amount: "500", Ratio: "0.01", AmountByCurrency: map[string]string{}},
	}
}

func ruleSettings(c *ruleConfig) []setting {
	m := &c.Materiality
	return []setting{
		{key: "materiality.amount", verdict: true, value: number(&m.Amount, "0", "999999999999"),
			doc: "An amount below this is not material. In units of the customer's currency."},
		{key: "materiality.ratio", verdict: true, value: number(&m.Ratio, "0", "1"),
			doc: "Nor is one below this part of the customer's open receivables."},
		{key: "materiality.amount_by_currency", verdict: true,
			value: table{&m.AmountByCurrency, "currency: amount", checkCurrency, amountText},
			doc:   "The amount for customers of a currency in which the common one means little, such as {JPY: 80000}."},
	}
}

// amountText binds an amount kept as text.
func amountText(p *string) value {
	d := decimal(*p)
	v := number(&d, "0", "999999999999").(scalar)
	set := v.set
	v.set = func(s string) error {
		err := set(s)
		*p = string(d)
		return err
	}
	return v
}

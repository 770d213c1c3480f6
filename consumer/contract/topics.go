package contract

import (
	"slices"
	"strings"

	"tocsin/state"
)

// Topic is a Kafka topic of the contract.
type Topic struct {
	Setting string // its key under kafka.topics of the configuration
	Name    string // as it is when the configuration does not say otherwise
	Doc     string // what it carries
	Key     string // what a record's key is
	of      []string

	// Inputs are what its news may clear: while it is stale, signals wait that rest on the absence of such news. A profile may
	// bring other registry facts and rules with it; what it cannot bring is the news that an insolvency is over.
	Inputs state.Inputs
}

// Topics are those that Tocsin reads, in the contract's order.
func Topics() []Topic {
	const customer = "the customer's id"
	return []Topic{
		{"orders", "credit.orders.v1", "What customers order.", customer, []string{"order"}, state.InputOrders},
		{"invoices", "credit.invoices.v1", "What customers owe, and what they contest.", customer, []string{"invoice", "dispute"},
			state.InputReceivables | state.InputConduct},
		{"payments", "credit.payments.v1", "What customers pay, promise and ask for.", customer, []string{"payment", "promise", "contact", "terms", "payer"},
			state.InputReceivables | state.InputConduct},
		{"registry", "credit.registry.v1", "What public registers, rating agencies and credit insurers say.",
			"the party's identifier, such as reg:GB:01234567 or lei:529900T8BM49AURSDO55", []string{"registry"}, state.InputRegistry},
		{"customers", "credit.customers.v1", "Who customers are, and what they may owe.", customer, []string{"customer", "limit", "cover", "grade", "note"},
			state.InputLimits | state.InputProfile | state.InputCover | state.InputOpinion},
		{"fx", "credit.fx.v1", "What currencies are worth.", "the pair of currencies, such as EUR/USD", []string{"fx"}, state.InputRates},
	}
}

// OutTopics are those that Tocsin writes.
func OutTopics() []Topic {
	return []Topic{
		{"alerts", "tocsin.alerts.v1", "One record for each change in an alert's life.", "the customer's id", nil, 0},
		{"tasks", "tocsin.tasks.v1", "One record for each change of a review task, and one for each wish that orders be held or let go.", "the task's id; of a wish the customer's", nil, 0},
		{"dead_letters", "tocsin.dlq.v1", "Every record that was refused, unchanged, with the reason in its headers.", "the key that the record had", nil, 0},
	}
}

// Types are the full names of the topic's types. A heartbeat may come by any topic and is not among them.
func (t Topic) Types() []string {
	return slices.DeleteFunc(TypeNames(), func(name string) bool {
		aggregate, _, _ := strings.Cut(ShortName(name), ".")
		return !slices.Contains(t.of, aggregate)
	})
}

// TopicOf is the topic by which a type comes; false for a heartbeat, which comes by any.
func TopicOf(name string) (Topic, bool) {
	for _, t := range Topics() {
		if slices.Contains(t.Types(), name) {
			return t, true
		}
	}
	return Topic{}, false
}

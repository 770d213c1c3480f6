package state

import "testing"

// Rows 35 to 41 of DOMAIN.md 6: what orders add to the exposure.

type orderRow struct {
	name   string
	change func(*Order) // of an order of 100 placed on 2 January
	day    string
	want   string
	next   string
}

func checkOrders(t *testing.T, rows []orderRow, further ...Body) {
	t.Helper()
	for _, row := range rows {
		body := order("O1", "01-02", 100)
		if row.change != nil {
			row.change(body)
		}
		v := known(append([]Body{body}, further...)...).View(weekdayLedger(t), d25(row.day))
		if got := pictureOf(v); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
		next := Date(0)
		if row.next != "" {
			next = d25(row.next)
		}
		if got := v.NextChange(); got != next {
			t.Errorf("%s: next change: got %v, want %v", row.name, got, next)
		}
	}
}

func TestOpenOrders(t *testing.T) {
	june := func(o *Order) { o.RequestedDelivery = d25("06-01") }
	checkOrders(t, []orderRow{
		{"plain", nil, "01-15", "OO 100", ""},
		{"not placed yet", nil, "01-01", "", "01-02"},
		{"closed", func(o *Order) { o.Status, o.Delivered = OrderStatusClosed, euros(10) }, "01-15", "DNI 10", ""},
		{"prepaid", func(o *Order) { o.Prepaid = euros(45) }, "01-15", "OO 55", ""},
		{"beyond the horizon", june, "04-01", "", "04-02"},
		{"at the horizon", june, "04-02", "OO 100", "11-29"},
	})
}

func TestEdgeCase35OrderCancelled(t *testing.T) {
	checkOrders(t, []orderRow{{"cancelled", nil, "02-01", "", ""}, {"not yet", nil, "01-31", "OO 100", "02-01"}},
		&OrderCancelled{OrderID: "O1", CancelDate: d25("02-01")})
}

func TestEdgeCase36OrderPartlyDelivered(t *testing.T) {
	checkOrders(t, []orderRow{
		{"partly delivered", func(o *Order) { o.Delivered = euros(30) }, "01-15", "OO 70 DNI 30", ""},
		{"partly invoiced", func(o *Order) { o.Delivered, o.Invoiced = euros(30), euros(20) }, "01-15", "OO 70 DNI 10", ""},
	})
}

func TestEdgeCase37InvoiceExceedsOrder(t *testing.T) {
	invoiced := invoice("I1", "01-05", "01-31", 130)
	checkOrders(t, []orderRow{
		{"overdelivery", func(o *Order) { o.Delivered, o.Invoiced = euros(130), euros(130) }, "01-15", "AR 130 01-31:130", ""},
	}, invoiced)
}

func TestEdgeCase38DeliveryAfterInvoice(t *testing.T) {
	checkOrders(t, []orderRow{{"never negative", func(o *Order) { o.Invoiced = euros(100) }, "01-15", "OO 100", ""}})
}

func TestEdgeCase39OrderOnHold(t *testing.T) {
	checkOrders(t, []orderRow{
		{"on hold", func(o *Order) { o.CreditHold, o.Delivered = FlagTrue, euros(10) }, "01-15", "DNI 10", ""},
		{"released", func(o *Order) { o.CreditHold, o.Delivered = FlagFalse, euros(10) }, "01-15", "OO 90 DNI 10", ""},
	})
}

func TestEdgeCase40FrameworkOrder(t *testing.T) { // it is not sent; its call-offs are
	checkOrders(t, []orderRow{{"one call-off of two", nil, "01-15", "OO 150", ""}}, order("O2", "01-10", 50))
}

func TestEdgeCase41OldOpenOrder(t *testing.T) {
	june := func(o *Order) { o.RequestedDelivery = d25("06-01") }
	checkOrders(t, []orderRow{
		{"not stale yet", june, "11-28", "OO 100", "11-29"},
		{"stale", june, "11-29", "", ""},
	})
}

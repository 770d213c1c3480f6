package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// The alert of days that close without an input is of no customer. It is found where the others are, and by the customer "*".
func TestAStaleInputIsAmongTheAlerts(t *testing.T) {
	rose, without := state.DateOf(2026, 6, 27), []state.StaleInput{{Topic: "payments", Partition: 3, Since: state.DateOf(2026, 6, 25)}}
	raised := alerts.StaleRaised(without, rose, (rose + 1).Start(time.UTC), "sha256:0")
	cleared := alerts.StaleCleared(&state.AlertRow{ID: raised.AlertID, Seq: raised.Seq}, rose+1, (rose + 2).Start(time.UTC), "sha256:0")
	up, down := fmt.Sprint(raised.AlertID, 1), fmt.Sprint(raised.AlertID, 2)
	for _, is := range []struct {
		stands  *alerts.Transition
		targets map[string][]string
	}{
		{raised, map[string][]string{
			"/alerts": {up, "b1", "a10"}, "/alerts?open=true": {up, "b1", "a10"}, "/alerts?open=false": nil, "/alerts?signal=stale_input": {up},
			"/alerts?customer=*": {up}, "/alerts?customer=%2A&level=warning": {up}, "/alerts?customer=C-1": {"b1", "a10"},
			"/customers/*/alerts": {up}, "/customers/C-1/alerts": {"a1", "b1", "a2", "a10"},
		}},
		{cleared, map[string][]string{
			"/alerts": {down, "b1", "a10"}, "/alerts?open=true": {"b1", "a10"}, "/alerts?open=false&customer=*": {down}, "/alerts?signal=stale_input&level=none": {down},
			"/alerts?customer=*&level=warning": nil, "/customers/*/alerts": {down},
		}},
	} {
		for target, want := range is.targets {
			for _, limit := range []int{1, 200} {
				o := newOffice(t)
				o.stale = []*alerts.Transition{is.stands}
				if got := o.all(t, target, "alerts", limit); !slices.Equal(got, want) {
					t.Errorf("%s by %d: got %q, want %q", target, limit, got, want)
				}
			}
		}
	}
	o := newOffice(t)
	o.stale = []*alerts.Transition{raised}
	var page struct {
		Alerts []struct {
			Customer string `json:"customer_id"`
			Evidence []string
		}
	}
	must(t, json.Unmarshal(o.ask(t, http.MethodGet, "/alerts?signal=stale_input").Body.Bytes(), &page))
	if len(page.Alerts) != 1 || page.Alerts[0].Customer != "*" || strings.Join(page.Alerts[0].Evidence, " ") != "payments/3" {
		t.Errorf("got %+v, want the partition that the days closed without", page)
	}
}

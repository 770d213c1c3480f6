package desk

import (
	"net/http"
	"strings"
	"time"

	"tocsin/alerts"
	"tocsin/state"
)

// forbidden has the audit tell that somebody wanted to act and his token does not let him. Of the same act on the same thing it does so
// once a day, so that nobody can fill it; what is about nobody whom there is it leaves out.
func (a *API) forbidden(r *http.Request, route route, who *Token) {
	if route.action == 0 && route.deed == "" {
		return
	}
	attempt := alerts.Attempt{Action: route.action, Deed: route.deed, By: who.Name, Why: "the token lacks the scope " + route.scope.String()}
	customer := state.CustomerID(r.PathValue("id"))
	if route.deed != "" {
		customer = "" // it is of all
	} else if strings.HasPrefix(route.path, "/tasks/") {
		task, err := a.Clerk.Task(r.Context(), r.PathValue("id"))
		if err != nil {
			return
		}
		attempt.TaskID, attempt.Seen, customer = task.ID, task.Seq, task.Customer
	} else if _, problem := customerIn(string(customer)); problem != nil {
		return
	} else if _, err := a.Customers.Customer(r.Context(), customer); err != nil {
		return
	}
	today := a.Now().Date(time.UTC).String()
	err := a.Clerk.Forbidden(r.Context(), customer, attempt, requestOf(who.Name, strings.Join([]string{"forbidden", today, r.URL.Path}, " ")))
	if err != nil {
		a.Log.Error("that somebody may not act is not audited", "by", who.Name, "action", attempt.Name(), "error", err)
	}
}

package main

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is told and done over the API stands in the case's thread as what is told and done in Slack does: with who and when, and once, also
// where it is sent again, to a service that has begun anew.
func TestWhatIsDoneOverTheAPIIsToldInTheThread(t *testing.T) {
	l := newPipeline(t)
	o := &office{pipeline: l, Slack: l.withSlack(t)}
	o.connects(t)
	l.config.HTTPTokens = filepath.Join(t.TempDir(), "tokens")
	must(t, os.WriteFile(l.config.HTTPTokens, fmt.Appendf(nil, "erp %x read,act,grant\n", sha256.Sum256([]byte("erp"))), 0o600))
	o.open(t)
	task, api := l.task(t), l.apiOf(t)
	of, at := api+"/customers/C-007", api+"/tasks/"+task.TaskID
	amount := `"amount":{"amount":"1250.00","currency":"EUR"}`
	tells := []struct{ route, body, want string }{
		{"contact", fmt.Sprintf(`{"contact_date":%q,"channel":"phone","outcome":"no_answer"}`, l.today), "`C-007`: `erp` logged a contact of 2026-06-30: by phone, no answer."},
		{"promise", fmt.Sprintf(`{"promised_date":%q,%s}`, l.today+7, amount), "`C-007`: `erp` logged a promise to pay EUR 1,250.00 by 2026-07-07."},
		{"note", `{"text":"<!channel> *ill*"}`, "`C-007`: `erp` noted: &lt;!channel&gt; ∗ill∗"},
		{"ask_limit", fmt.Sprintf(`{"until_date":%q,"reason":"peak",%s}`, l.today+7, amount), "`erp` asks for EUR 1,250.00 more limit until 2026-07-07"},
		{"limit", fmt.Sprintf(`{"until_date":%q,"reason":"agreed",%s}`, l.today+7, amount), "`erp` has given EUR 1,250.00 more limit until 2026-07-07"},
	}
	first := map[string]acted{}
	for i, tell := range tells {
		for range 2 {
			got := post(t, of+"/"+tell.route, "erp", fmt.Sprint(i), "", tell.body)
			got.is(t, tell.route, http.StatusOK)
			if before, again := first[tell.route]; again && got != before {
				t.Errorf("%s again: got %+v, want %+v", tell.route, got, before)
			}
			first[tell.route] = got
		}
		entries := o.entries(t, i+1)
		if got := entries[i]; !strings.Contains(got, tell.want) || !strings.Contains(got, " · <!date^") || !strings.HasSuffix(got, ", over the API") {
			t.Errorf("%s: the thread has %q, want %q, with when and how", tell.route, got, tell.want)
		}
	}
	does := []struct{ route, body, want string }{
		{"snooze", fmt.Sprintf(`{"until_date":%q,"reason_code":"timing"}`, l.today+2), "snoozed until 2026-07-02"},
		{"acknowledge", "", "acknowledged by `erp`"},
		{"decide", fmt.Sprintf(`{"decision":"call","next_review_date":%q}`, l.today+9), "decided: "},
	}
	for _, do := range does {
		post(t, at+"/"+do.route, "erp", do.route, "*", do.body).is(t, do.route, http.StatusOK)
		var all []string
		await(t, "the thread tells of "+do.route, func() bool {
			all = nil
			for _, r := range o.Replies(o.message(t).Timestamp) {
				if r.Metadata.EventType == "tocsin_news" {
					all = append(all, r.Text)
				}
			}
			return len(all) > 0 && strings.Contains(all[len(all)-1], do.want)
		})
		if last := all[len(all)-1]; !strings.Contains(last, "by `erp`") || !strings.Contains(last, " · <!date^") {
			t.Errorf("%s: the thread has %q, want who and when", do.route, last)
		}
	}
	before := len(o.Replies(o.message(t).Timestamp))
	o.stop()
	o.stop = l.start(t)
	defer o.stop()
	api = l.apiOf(t)
	for i, tell := range tells {
		if got := post(t, api+"/customers/C-007/"+tell.route, "erp", fmt.Sprint(i), "", tell.body); got != first[tell.route] {
			t.Errorf("%s after a restart: got %+v, want %+v", tell.route, got, first[tell.route])
		}
	}
	post(t, api+"/customers/C-007/note", "erp", "last", "", `{"text":"the last"}`).is(t, "the last", http.StatusOK)
	entries := o.entries(t, len(tells)+1)
	if after := len(o.Replies(o.message(t).Timestamp)); len(entries) != len(tells)+1 || after != before+1 {
		t.Errorf("after a restart the thread has %q and %d entries in all, want one more than %d", entries, after, before)
	}
}

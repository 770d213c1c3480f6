package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"tocsin/alerts"
	"tocsin/alerts/slack"
)

// people binds who may act in Slack, by Slack's ids of them.
type people struct{ to *map[string]slack.Person }

var slackUser = regexp.MustCompile(`^[UW][A-Z0-9]{1,40}$`)

func (p people) read(r *reader, key string, n *yaml.Node) {
	got := map[string]slack.Person{}
	r.pairs(n, key, func(id string, k, v *yaml.Node) {
		switch {
		case len(got) == maxEntries:
			r.refuse(k, key, "has more than %d entries", maxEntries)
		case !slackUser.MatchString(id):
			r.refuse(k, key, "%q is no member id of Slack: U or W, then capital letters and digits; who shows his profile in Slack can copy it", clip(id))
		default:
			got[id] = readPerson(r, key+"."+id, v)
		}
	})
	*p.to = got
}

func readPerson(r *reader, key string, n *yaml.Node) (one slack.Person) {
	before, may := len(r.faults), []string{}
	r.block(n, key, map[string]func(*yaml.Node){
		"name": func(v *yaml.Node) { text(&one.Name, "", checkPerson).read(r, key+".name", v) },
		"may":  func(v *yaml.Node) { texts{&may, "", checkAct}.read(r, key+".may", v); one.May = actsOf(may) },
	})
	if one.Name == "" && len(r.faults) == before {
		r.refuse(n, key, "has no name: name is missing")
	}
	return one
}

// checkPerson takes what an owner of a task may be called.
func checkPerson(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > 80 || strings.TrimSpace(s) != s {
		return fmt.Errorf("%q is not 1 to 80 characters without blanks around", clip(s))
	}
	return nil
}

func checkAct(s string) error {
	if !slices.Contains(actNames(slack.Acts()), s) {
		return notOneOf(s, actNames(slack.Acts()))
	}
	return nil
}

func actNames(acts []alerts.Action) []string {
	names := make([]string, len(acts))
	for i, a := range acts {
		names[i] = a.String()
	}
	return names
}

// actsOf are acts by their names, in their own order. It is never nil: who is told that he may do nothing may not do everything.
func actsOf(names []string) []alerts.Action {
	return slices.DeleteFunc(slack.Acts(), func(a alerts.Action) bool { return !slices.Contains(names, a.String()) })
}

func (p people) readText(r *reader, key, text string) {
	*p.to = map[string]slack.Person{}
	if n := r.parse([]byte(text)); n != nil {
		p.read(r, key, n)
	}
}

func (p people) show() string {
	list := make([]string, 0, len(*p.to))
	for _, id := range sortedKeys(*p.to) {
		one := (*p.to)[id]
		text := quote(id) + `: {"name": ` + quote(one.Name)
		if one.May != nil {
			names := actNames(one.May)
			text += `, "may": ` + texts{to: &names}.show()
		}
		list = append(list, text+"}")
	}
	return "{" + strings.Join(list, ", ") + "}"
}

func (people) bounds() string {
	return "a block of MEMBER_ID: {name: NAME, may: [..]}; may: " + strings.Join(actNames(slack.Acts()), ", ")
}

// mentions are Slack's ids of people by the names that tasks know them by.
func (c *slackConfig) mentions() map[string]string {
	ids := make(map[string]string, len(c.People))
	for _, id := range sortedKeys(c.People) {
		ids[c.People[id].Name] = id
	}
	return ids
}

// checkSlack refuses what can be set for Slack alone and is of no use together.
func checkSlack(r *reader, c *config) {
	s := &c.Slack
	if s.AppTokenFile != "" && s.TokenFile == "" {
		r.refuseKey("slack.app_token_file", "needs slack.token_file: without it there are no messages, and so no buttons")
	}
	if s.SecretFile == "" {
		return
	}
	if s.TokenFile == "" {
		r.refuseKey("slack.signing_secret_file", "needs slack.token_file: without it there are no messages, and so no buttons")
	}
	if s.AppTokenFile != "" {
		r.refuseKey("slack.signing_secret_file", "slack.app_token_file is set: what people do comes over a connection that we open, or to "+slack.Path+", not both")
	}
	if c.HTTPListen == "" {
		r.refuseKey("slack.signing_secret_file", "needs http.listen: there Slack's requests come in")
	}
}

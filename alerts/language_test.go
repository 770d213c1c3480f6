package alerts

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tocsin/detectors"
	"tocsin/state"
)

// everyLanguage are all languages that a configuration may name.
func everyLanguage(t interface{ Fatalf(string, ...any) }) []*Language {
	var all []*Language
	for _, tag := range Languages() {
		l, ok := LanguageOf(tag)
		if !ok {
			t.Fatalf("language %q is listed and cannot be had", tag)
		}
		all = append(all, l)
	}
	return all
}

func TestALanguageIsFoundByItsTag(t *testing.T) {
	if got := Languages(); !slices.Equal(got, []string{"en", "zh"}) {
		t.Errorf("got %v, want en and zh", got)
	}
	if l, ok := LanguageOf("zh"); !ok || l != Chinese {
		t.Errorf("zh: got %v, %v", l, ok)
	}
	if l, ok := LanguageOf("ZH"); ok || l != nil {
		t.Errorf("ZH: got %v, %v, want none", l, ok)
	}
}

// The closed lists of codes are told in each language.
func TestNoCodeLacksItsText(t *testing.T) {
	for _, l := range everyLanguage(t) {
		check := func(kind string, texts map[string]string, codes ...string) {
			for _, code := range codes {
				if texts[code] == "" {
					t.Errorf("%s: %s %s has no text", l.tag, kind, code)
				}
			}
		}
		for _, d := range detectors.All() {
			sign := d.Sign()
			check("signal", l.signals, sign.Signal)
			check("reason", l.reasons, sign.Reasons...)
			if len(l.alerts[sign.Signal]) == 0 {
				t.Errorf("%s: signal %s has no sentence", l.tag, sign.Signal)
			}
		}
		check("action", l.actions, detectors.Actions()...)
		check("remedy", l.remedies, detectors.RemedyCodes()...)
		check("decision", l.decisions, DecisionCodes()...)
		check("reason code", l.reasonCodes, ReasonCodes()...)
		check("feedback", l.feedback, FeedbackCodes()...)
		check("entry", l.entries, slices.Concat(ContactChannels(), ContactOutcomes(), ContactDirections(), NoteSigns())...)
		check("kind", l.kinds, Raised, Escalated, Deescalated, Cleared, Retracted)
		check("task", l.tasks, TaskOpen, TaskAcknowledged, TaskInReview, TaskDecided, TaskClosed)
		check("why", l.whys, WhyFirstLoad, WhyBehind, WhyHold, WhyLate, WhyBudget, WhyFlood, WhySystemic, WhyLetGo, WhyLateTasks)
		check("contribution", l.parts, slices.DeleteFunc(detectors.Contributions(), func(name string) bool { return l.signals[name] != "" })...)
		check("feature", l.features, detectors.FeatureNames()...)
		check("fact", l.facts, slices.Collect(maps.Keys(factMeasures))...)
		for level, text := range l.levels {
			if text == "" {
				t.Errorf("%s: level %d has no text", l.tag, level)
			}
		}
		for b := noBound + 1; b < boundCount; b++ {
			if !strings.Contains(l.bounds[b], "{threshold}") {
				t.Errorf("%s: bound %d is told as %q", l.tag, b, l.bounds[b])
			}
		}
		for relation := detectors.AtLeast; relation <= detectors.LessThan; relation++ {
			if !strings.Contains(l.needs[relation], "{threshold}") {
				t.Errorf("%s: relation %s is told as %q", l.tag, relation, l.needs[relation])
			}
		}
		for u := detectors.UnitCount; u <= detectors.UnitFlag; u++ {
			if g := l.gaps[u]; u != detectors.UnitFlag && (!strings.Contains(g.more, "{gap}") || !strings.Contains(g.less, "{gap}")) {
				t.Errorf("%s: a gap in %s is told as %+v", l.tag, u, g)
			}
		}
	}
}

// A language has the texts that another has, for the same codes and with the same places for values. Codes in the place of values are
// words in English already.
func TestLanguagesSayTheSameThings(t *testing.T) {
	english := leaves(English)
	for _, l := range everyLanguage(t)[1:] {
		other := leaves(l)
		for _, path := range slices.Sorted(maps.Keys(english)) {
			text, ok := other[path]
			if !ok {
				t.Errorf("%s: %s is missing; in English it is %q", l.tag, path, english[path])
			} else if text == "" && english[path] != "" {
				t.Errorf("%s: %s is empty; in English it is %q", l.tag, path, english[path])
			} else if got, want := places(text), places(english[path]); !slices.Equal(got, want) {
				t.Errorf("%s: %s: %q has the places %v, in English %v", l.tag, path, text, got, want)
			}
		}
		for path, text := range other {
			if _, ok := english[path]; !ok && !strings.HasPrefix(path, "codes[") {
				t.Errorf("%s: %s is %q and nothing in English", l.tag, path, text)
			}
		}
	}
}

// leaves are all texts of a language by where they stand.
func leaves(l *Language) map[string]string {
	texts := map[string]string{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			texts[path] = v.String()
		case reflect.Map:
			for _, key := range v.MapKeys() {
				walk(fmt.Sprintf("%s[%v]", path, key), v.MapIndex(key))
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(strings.TrimPrefix(path+"."+v.Type().Field(i).Name, "."), v.Field(i))
			}
		default:
			panic(fmt.Sprintf("%s is a %s: a text that no test looks at", path, v.Kind()))
		}
	}
	walk("", reflect.ValueOf(l).Elem())
	return texts
}

var place = regexp.MustCompile(`\{[^}]*\}`)

// places are what stands in a text's braces.
func places(text string) []string { return slices.Sorted(slices.Values(place.FindAllString(text, -1))) }

// In English a code is its words. Another language has its own for each that can stand as a fact's value.
func TestEveryValueOfAFactHasItsWord(t *testing.T) {
	for _, l := range everyLanguage(t)[1:] {
		for _, code := range slices.Concat(detectors.FactCodes(), []string{"yes", "no", detectors.Warning.String()}, slices.Collect(maps.Keys(l.signals))) {
			if l.codes[code] == "" {
				t.Errorf("%s: the value %s has no word", l.tag, code)
			}
		}
	}
}

// No phrase is empty, and none has braces that are not closed.
func TestEveryPhraseIsWhole(t *testing.T) {
	for _, l := range everyLanguage(t) {
		for p, text := range l.phrases {
			if text == "" {
				t.Errorf("%s: phrase %d is empty", l.tag, p)
			}
		}
		for s, text := range l.sayings {
			if text == "" {
				t.Errorf("%s: saying %d is empty", l.tag, s)
			}
		}
		for label, text := range l.labels {
			if text == "" {
				t.Errorf("%s: label %d is empty", l.tag, label)
			}
		}
		for path, text := range leaves(l) {
			if strings.ContainsAny(place.ReplaceAllString(text, ""), "{}") {
				t.Errorf("%s: %s: %q has a brace too many", l.tag, path, text)
			}
			if strings.ContainsAny(text, "<>&") {
				t.Errorf("%s: %s: %q holds what would have to be escaped", l.tag, path, text)
			}
		}
	}
}

func TestEveryWordingCanBeFilled(t *testing.T) {
	for _, l := range everyLanguage(t) {
		for key, wordings := range l.alerts {
			for i, w := range wordings {
				if i == len(wordings)-1 && len(places(string(w))) > 0 {
					t.Errorf("%s: %s: the last wording %q needs facts", l.tag, key, w)
				}
				for _, p := range places(string(w)) {
					if name := strings.Trim(p, "{-^}"); l.facts[name] == "" {
						t.Errorf("%s: %s: %q is no fact of the catalogue", l.tag, key, name)
					}
				}
			}
		}
	}
}

func TestEveryFeatureHasItsUnit(t *testing.T) {
	units := map[detectors.Measure][]unit{
		detectors.InMoney: {asMoney}, detectors.InRatio: {asPercent}, detectors.InDays: {asNumber}, detectors.InCount: {asNumber},
		detectors.InTruth: {asCode}, detectors.InWord: {asCode, asText},
	}
	for _, f := range detectors.Features() {
		if u, ok := featureUnits[f.Name]; !ok || !slices.Contains(units[f.Unit], u) {
			t.Errorf("%s (%s) is told in unit %d", f.Name, f.Unit, u)
		}
	}
	if got, want := len(featureUnits), len(detectors.Features()); got != want {
		t.Errorf("got units of %d features, want those of %d", got, want)
	}
}

// Chinese has no letters but in names of ours: what we are called, and keys of the configuration.
func TestChineseIsChinese(t *testing.T) {
	names := strings.NewReplacer("Tocsin", "", "notify.hold", "", "notify.max_age", "", "notify.budget", "", "notify.flood", "", "notify.late_at_once", "", "tocsin digest", "", "tocsin systemic release", "", "UTC", "", "slack.people", "")
	for path, text := range leaves(Chinese) {
		if path == "tag" {
			continue
		}
		said := names.Replace(place.ReplaceAllString(text, ""))
		if strings.ContainsFunc(said, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }) {
			t.Errorf("%s: %q has letters", path, text)
		}
		if strings.ContainsAny(said, ",;()") || strings.Contains(said, "! ") {
			t.Errorf("%s: %q has points of another script", path, text)
		}
	}
}

func TestAnAlertInChinese(t *testing.T) {
	late := detectors.Fact{Name: "days_past_due", Value: "38", Threshold: "30"}
	held := alertOf("overdue", "", late)
	held.Level, held.Footing, held.Ends = detectors.Warning, OnHold, state.DateOf(2026, 11, 24)
	for _, tt := range []struct{ got, want string }{
		{Chinese.Alert(alertOf("overdue", "", late)), "逾期 38 天（阈值：超过 30 天）"},
		{Chinese.Alert(held), "逾期 38 天（阈值：超过 30 天）；现已不足以触发，如无反复，预警级别将于 2026年11月24日 解除"},
		{
			Chinese.Alert(alertOf("limit_breach", "ORDER", detectors.Fact{Name: "utilisation", Value: "1.140", Threshold: "1.010"})),
			"新增订单，敞口超出信用额度：已用 114.0%（阈值：超过 101.0%）",
		},
		{
			Chinese.Alert(alertOf("limit_breach", "OTHER", detectors.Fact{Name: "exposure", Value: "1234567.50", Threshold: "0.00"})),
			"敞口超出信用额度：敞口 1,234,567.50 EUR，额度 0.00 EUR",
		},
		{
			Chinese.Alert(alertOf("adverse_registry", "CLASS_A", detectors.Fact{Name: "effective_date", Value: "2026-11-01"})),
			"公开登记显示客户已破产或解散，自 2026年11月1日 起",
		},
		{Chinese.Alert(customAlert("Owes {receivables}", detectors.Fact{Name: "receivables", Value: "5.00"})), "Owes 5.00 EUR"},
		{Chinese.Alert(alertOf("<@here>", "")), "未知"},
		{Chinese.Fact(late, euro), "逾期天数 38（阈值：超过 30）"},
		{Chinese.Fact(detectors.Fact{Name: "registry_event", Value: "dishonest_debtor"}, 0), "登记内容 失信被执行人"},
		{Chinese.Fact(detectors.Fact{Name: "class", Value: "B1"}, 0), "类别 重大负面"},
		{Chinese.Fact(detectors.Fact{Name: "grade_30_days_ago", Value: "watch"}, 0), "30 天前等级 关注"},
		{Chinese.Fact(detectors.Fact{Name: "methods", Value: "credit_transfer 12, bill 3"}, 0), "付款方式 转账 12、票据 3"},
		{Chinese.Fact(detectors.Fact{Name: "holder", Value: "Other Trading"}, 0), "主要代付方 other trading"},
		{Chinese.Fact(detectors.Fact{Name: "corroborated_by", Value: "payment_slowdown", Threshold: "warning"}, 0), "同时存在 付款明显变慢（至少 预警）"},
		{Chinese.Fact(detectors.Fact{Name: "return_date", Value: "2026-01-09"}, 0), "退回日期 2026年1月9日"},
		{Chinese.Remedy(detectors.Remedy{Do: "pay", Amount: eur(4762050), To: detectors.Warning}), "支付 47,620.50 EUR（降至预警）"},
		{Chinese.Change(Change{Signal: "limit_breach", Reason: "ORDER", To: detectors.Critical, Kind: Raised}), "信用额度：触发严重（新增订单）"},
		{Chinese.Change(Change{Signal: "overdue", From: detectors.Critical, To: detectors.Warning, Kind: Deescalated}), "发票逾期：由严重降为预警"},
		{Chinese.Closed(detectors.Critical), "已无预警及以上级别的信号，此前为严重"},
		{Chinese.Grade(state.GradeBad), "不良"},
		{
			Chinese.Condition(detectors.Condition{What: "days_past_due", About: "INV-1", Unit: detectors.UnitDays, Value: 26, Is: detectors.MoreThan, Threshold: 30}, euro),
			"INV-1：逾期天数 26（须超过 30）",
		},
		{Chinese.Gap(detectors.Condition{Unit: detectors.UnitDays, Value: 26, Is: detectors.MoreThan, Threshold: 30}, euro), "还差 5 天"},
		{Chinese.Condition(detectors.Condition{What: "grade_held", About: "watch", Unit: detectors.UnitFlag, Threshold: 1}, euro), "信用等级为关注，上调须循序"},
	} {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
}

package main

import (
	"slices"
	"testing"
)

func TestPayersThatAreAllowedAreAList(t *testing.T) {
	accepted(t, `detectors: {payer_change: {allow: ["7f3a", "Factor & Söhne AG"]}}`)
	accepted(t, `segments: [{when: 'country == "CN"', detectors: {payer_change: {allow: ["支付宝（中国）网络技术有限公司"]}}}]`)
	for text, want := range map[string]string{
		`detectors: {payer_change: {allow: ["a", "a"]}}`: `tocsin.yaml:1:41: payer_change.allow[1]: "a" stands twice`,
		`detectors: {payer_change: {allow: [""]}}`:       `tocsin.yaml:1:36: payer_change.allow[0]: is empty`,
	} {
		if got := refusals(t, text); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

package slack

import (
	"strings"
	"testing"
)

// hostileNames are what a publisher may send as a customer's name, and worse.
var hostileNames = []string{
	"<!channel> please pay",
	"<@U1> & <#C1|general> <https://evil.example|click>",
	"*bold* _italic_ ~strike~ `code` ```block```",
	"line one\nline two\r\n> quote\u2028\u2029end",
	"evil\u202e txt.exe \u2066isolate",
	"&lt;!here&gt;",
	"شركة التجارة",
	strings.Repeat("&", 128),
	strings.Repeat("<", 128),
	strings.Repeat("國", 128),
	strings.Repeat("e\u0301", 64),
	"\xff\xfe broken",
	"\u200b\ufeff\u200e",
}

func TestHostileStringsHaveOneHarmlessFormForEachPlace(t *testing.T) {
	tests := []struct {
		in                 string
		limit              int
		plain, code, prose string
	}{
		{"Smith & Sons", 128, "Smith & Sons", "`Smith &amp; Sons`", "Smith &amp; Sons"},
		{"<!channel>", 128, "‹!channel›", "`&lt;!channel&gt;`", "&lt;!channel&gt;"},
		{"*a* _b_ ~c~ `d`", 128, "*a* _b_ ~c~ `d`", "`*a* _b_ ~c~ 'd'`", "∗a∗ ＿b＿ ∼c∼ 'd'"},
		{"CUST_00_1", 128, "CUST_00_1", "`CUST_00_1`", "CUST_00_1"},
		{"a\nb\t\tc", 128, "a b c", "`a b c`", "a b c"},
		{"abc\u202edef", 128, "abcdef", "`abcdef`", "abcdef"},
		{"حمد", 128, "\u2068حمد\u2069", "`\u2068حمد\u2069`", "\u2068حمد\u2069"},
		{"a much longer one", 10, "a much lo…", "`a much lo…`", "a much lo…"},
		{"\xffx", 128, "\ufffdx", "`\ufffdx`", "\ufffdx"},
		{"", 128, "", "`-`", ""},
	}
	for _, tt := range tests {
		if got := plain(tt.in, tt.limit); got != tt.plain {
			t.Errorf("plain(%q): got %q, want %q", tt.in, got, tt.plain)
		}
		if got := code(tt.in, tt.limit); got != tt.code {
			t.Errorf("code(%q): got %q, want %q", tt.in, got, tt.code)
		}
		if got := prose(tt.in, tt.limit); got != tt.prose {
			t.Errorf("prose(%q): got %q, want %q", tt.in, got, tt.prose)
		}
	}
}

package erp_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"tocsin/consumer/erp"
	"tocsin/state"
)

func TestNamesAreReadInEveryEncoding(t *testing.T) {
	tests := []struct {
		name, encoding, customer string
		written                  encoding.Encoding
	}{
		{"utf-8", "utf-8", "Müller 株式会社", encoding.Nop},
		{"with a byte-order mark", "utf-8", "\uFEFFMüller", encoding.Nop},
		{"windows-1252", "windows-1252", "Müller – 5 €", charmap.Windows1252},
		{"latin 1", "iso-8859-1", "Müller ½", charmap.ISO8859_1},
		{"latin 9", "iso-8859-15", "Müller €", charmap.ISO8859_15},
		{"Polish", "windows-1250", "Żółw", charmap.Windows1250},
		{"Russian", "windows-1251", "Щука", charmap.Windows1251},
		{"gbk", "gbk", "上海机械有限公司", simplifiedchinese.GBK},
		{"gb18030", "gb18030", "上海机械有限公司𠀀", simplifiedchinese.GB18030},
		{"big5", "big5", "臺北", traditionalchinese.Big5},
		{"shift_jis", "shift_jis", "株式会社", japanese.ShiftJIS},
		{"utf-16 of Windows", "utf-16", "Müller 上海", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"utf-16 the other way", "utf-16", "Müller 上海", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"utf-16 without mark", "utf-16", "Müller 上海", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			customer, marked := strings.CutPrefix(tt.customer, "\uFEFF")
			text := heading + ";customer_name\nC;1;RV;01.10.2026;31.10.2026;1;" + customer + "\n"
			if marked {
				text = "\uFEFF" + text
			}
			written, err := tt.written.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			m := simple(erp.CustomerName)
			m.Constants[erp.Country] = "DE"
			m.Format.Encoding = tt.encoding
			i := imported(t, m, written)
			events := i.Events()
			if len(events) != 2 || events[0].Body.(*state.Profile).Name != customer {
				t.Errorf("got %q, %q, want a profile of %s and an invoice", said(events), faultsOf(i), customer)
			}
		})
	}
}

func TestAnotherEncodingIsToldByItsLine(t *testing.T) {
	m := simple()
	i := imported(t, m, heading+"\nM\xFCller;1;RV;01.10.2026;31.10.2026;1\nC;1;RV;01.10.2026;31.10.2026;1\n")
	want(t, faultsOf(i), []string{"f.csv:2: the line is not text of the encoding that the mapping names"})
	m.Format.Encoding = "gbk"
	i = imported(t, m, heading+"\nM\xFC\xFF;1;RV;01.10.2026;31.10.2026;1\nC;1;RV;01.10.2026;31.10.2026;1\n")
	want(t, faultsOf(i), []string{"f.csv:2: the line is not text of the encoding that the mapping names"})

	m.Format.Encoding = "utf-8"
	wide := erp.Import{Mapping: m, Zone: time.UTC, AsOf: exported, Revision: 1}
	if err := wide.Read("f.csv", strings.NewReader("\xFF\xFEc\x00")); err == nil || err.Error() != "f.csv: begins with the mark of UTF-16; say encoding: utf-16" {
		t.Errorf("got %v, want a hint at UTF-16", err)
	}
}

package erp

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// encodings are the encodings of exports; UTF-8 needs no translation. UTF-16 goes by its byte-order mark, without one it is
// little-endian, as Windows writes it.
var encodings = []struct {
	name string
	from encoding.Encoding
}{
	{"utf-8", nil},
	{"windows-1252", charmap.Windows1252},
	{"iso-8859-1", charmap.ISO8859_1},
	{"iso-8859-15", charmap.ISO8859_15},
	{"windows-1250", charmap.Windows1250},
	{"windows-1251", charmap.Windows1251},
	{"gbk", simplifiedchinese.GBK},
	{"gb18030", simplifiedchinese.GB18030},
	{"big5", traditionalchinese.Big5},
	{"shift_jis", japanese.ShiftJIS},
	{"utf-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
}

// Encodings are the names of the encodings.
func Encodings() []string {
	names := make([]string, len(encodings))
	for i, e := range encodings {
		names[i] = e.name
	}
	return names
}

var errUTF16 = errors.New("begins with the mark of UTF-16; say encoding: utf-16")

// decoded reads an export as UTF-8, without a byte-order mark. What is not of the encoding becomes U+FFFD; of UTF-8 it stays
// as it is.
func decoded(r io.Reader, name string) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = in.Discard(3)
		return in, err
	case name != "utf-16" && (bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF"))):
		return nil, errUTF16
	}
	for _, e := range encodings {
		if e.name == name && e.from != nil {
			return bufio.NewReaderSize(e.from.NewDecoder().Reader(in), 64<<10), nil
		}
	}
	return in, nil
}

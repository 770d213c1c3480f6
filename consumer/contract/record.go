package contract

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// AppendReject appends the reject record of a line of a file: one JSON object without a line end. value is the line
// itself, which is written as base64 where it is not UTF-8.
func AppendReject(out []byte, file string, line int, value []byte, r *Reject) []byte {
	out = append(out, `{"file":`...)
	out = appendText(out, file)
	out = append(out, `,"line":`...)
	out = strconv.AppendInt(out, int64(line), 10)
	out = append(out, `,"code":"`...)
	out = append(out, r.Code...)
	out = append(out, `","pointer":`...)
	out = appendText(out, r.Pointer)
	out = append(out, `,"message":`...)
	out = appendText(out, r.Message)
	if utf8.Valid(value) {
		out = append(out, `,"value":`...)
		out = appendString(out, value)
		return append(out, '}')
	}
	out = append(out, `,"value_base64":"`...)
	out = base64.StdEncoding.AppendEncode(out, value)
	return append(out, `"}`...)
}

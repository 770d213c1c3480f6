package kafka

import (
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"

	"tocsin/state"
)

// The headers of a dead letter. Offsets and partitions are decimal, the timestamp is RFC 3339 in UTC.
const (
	HeaderCode      = "tocsin_error_code"
	HeaderDetail    = "tocsin_error_detail" // JSON Pointer and message
	HeaderTopic     = "tocsin_origin_topic"
	HeaderPartition = "tocsin_origin_partition"
	HeaderOffset    = "tocsin_origin_offset"
	HeaderTimestamp = "tocsin_origin_timestamp"
	HeaderVersion   = "tocsin_version"
	// HeaderOmitted tells how many bytes the value had, where with these headers it was too large for the topic and was
	// left out. The store has it.
	HeaderOmitted = "tocsin_value_omitted"
)

// deadLetter is a refused record as it came, with why and whence behind its own headers.
func deadLetter(topic, version string, d *state.DeadLetter) *kgo.Record {
	record := &kgo.Record{Topic: topic, Key: d.Key, Value: d.Value}
	record.Headers = make([]kgo.RecordHeader, 0, len(d.Headers)+7)
	for _, h := range d.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader(h))
	}
	for _, h := range [...]struct{ key, value string }{
		{HeaderCode, d.Code},
		{HeaderDetail, d.Detail},
		{HeaderTopic, d.Topic},
		{HeaderPartition, strconv.Itoa(int(d.Partition))},
		{HeaderOffset, strconv.FormatInt(d.Offset, 10)},
		{HeaderTimestamp, d.Timestamp.String()},
		{HeaderVersion, version},
	} {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: h.key, Value: []byte(h.value)})
	}
	return record
}

// withoutValue is a dead letter that is too large for its topic, cut to what tells where it came from.
func withoutValue(r *kgo.Record) *kgo.Record {
	size := []byte(strconv.Itoa(len(r.Value)))
	return &kgo.Record{Topic: r.Topic, Key: r.Key, Headers: append(r.Headers, kgo.RecordHeader{Key: HeaderOmitted, Value: size})}
}

//go:build kafka

package kafkatest

// Apache tells whether clusters are of Apache Kafka.
const Apache = true

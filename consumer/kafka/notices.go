package kafka

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// notices log a trouble once when it begins and once when it is over, however often it is met in between. It is a hook
// of the Kafka client, so that brokers that cannot be reached are among them.
type notices struct {
	log *slog.Logger

	mu   sync.Mutex
	said map[string]string // by what is in trouble
}

func newNotices(log *slog.Logger) *notices {
	return &notices{log: log, said: make(map[string]string)}
}

// say logs text unless it was the last thing said of what.
func (n *notices) say(what, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.said[what] == text {
		return
	}
	n.said[what] = text
	n.log.Warn("kafka: " + text)
}

// over ends the trouble of what.
func (n *notices) over(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if was, ok := n.said[what]; ok {
		delete(n.said, what)
		n.log.Info("kafka: no longer " + was)
	}
}

// OnBrokerConnect notices whether a broker can be reached.
func (n *notices) OnBrokerConnect(broker kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	address := net.JoinHostPort(broker.Host, fmt.Sprint(broker.Port))
	switch {
	case err == nil:
		n.over("broker " + address)
	case errors.Is(err, context.Canceled), errors.Is(err, kgo.ErrClientClosed):
	default:
		n.say("broker "+address, fmt.Sprintf("waiting for broker %s: %v", address, err))
	}
}

package kafkatest

import (
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// fake is a kfake of three brokers whose data outlives them for as long as the test lasts.
type fake struct {
	options []kfake.Opt
	running *kfake.Cluster // nil: killed
}

func startFake(tb testing.TB) (*fake, error) {
	tb.Helper()
	f := &fake{options: []kfake.Opt{
		kfake.DataDir(tb.TempDir()), kfake.ClusterID("cluster-of-" + tb.Name()), kfake.GroupMinSessionTimeout(50 * time.Millisecond),
		// Retention goes by the records' timestamps, and pasts are played. Logs are compacted at once.
		kfake.BrokerConfigs(map[string]string{"log.retention.ms": "-1", "log.cleaner.backoff.ms": "50"}),
	}}
	if err := f.launch(); err != nil {
		return nil, err
	}
	var ports []int
	for _, address := range f.addresses() {
		_, text, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("kfake: %w", err)
		}
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("kfake: %w", err)
		}
		ports = append(ports, port)
	}
	f.options = append(f.options, kfake.Ports(ports...))
	return f, nil
}

func (f *fake) addresses() []string { return f.running.ListenAddrs() }

func (f *fake) launch() (err error) {
	f.running, err = kfake.NewCluster(f.options...)
	return err
}

func (f *fake) kill() {
	if f.running != nil {
		f.running.Close()
		f.running = nil
	}
}

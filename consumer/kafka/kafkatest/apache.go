package kafkatest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// apache is a broker of Apache Kafka, its own controller, with its data.
type apache struct {
	dir     string
	port    string
	doors   Doors
	command *exec.Cmd // nil: killed
	exited  chan struct{}
	log     *strings.Builder // the broker's, to be read when it has exited
	guard   *exec.Cmd
	alive   io.Closer // the guard's standard input
}

// settings of the broker. Groups move fast, and a broker that was killed may register anew after three seconds instead of nine. Retention is off, for it goes by the records' timestamps and pasts are played; these
// may lie anywhere. What is to be compacted or given up is so at once.
const settings = `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:%[1]s
controller.listener.names=CONTROLLER
log.dirs=%[2]s/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
transaction.abort.timed.out.transaction.cleanup.interval.ms=200
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=300
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=50
log.retention.ms=-1
log.message.timestamp.after.max.ms=9223372036854775807
log.cleaner.backoff.ms=100
log.cleaner.dedupe.buffer.size=4194304
`

// startApache formats a data directory and starts a broker on it.
func startApache() (*apache, error) {
	dir, err := os.MkdirTemp("", "tocsin-kafka-*")
	if err != nil {
		return nil, err
	}
	a := &apache{dir: dir}
	if err := errors.Join(a.watch(), a.format()); err != nil {
		return nil, errors.Join(err, a.stop())
	}
	if err := a.launch(); err != nil {
		return nil, errors.Join(err, a.stop())
	}
	return a, nil
}

// watch starts the guard. Its standard input ends with this process, whatever that dies of: then it ends the broker and removes
// the data.
func (a *apache) watch() (err error) {
	const script = `read -r _; pid=$(cat "$1/pid" 2>/dev/null) && kill -KILL "$pid" && sleep 1; rm -rf "$1"`
	a.guard = exec.Command("sh", "-c", script, "sh", a.dir)   //nolint:gosec // of tests
	a.guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the keyboard is not for it
	if a.alive, err = a.guard.StdinPipe(); err != nil {
		return err
	}
	return a.guard.Start()
}

// format writes the settings, with ports that are free now, and makes the data directory.
func (a *apache) format() error {
	ports, err := freePorts(4)
	if err != nil {
		return err
	}
	a.port = ports[0]
	doors, err := a.doors.build(a.dir, ports)
	if err != nil {
		return err
	}
	if err := os.WriteFile(a.config(), append(fmt.Appendf(nil, settings, ports[1], a.dir), doors...), 0o600); err != nil {
		return err
	}
	const cluster = "dG9jc2luLWthZmthdGVzdA" // any id will do; the data is new
	args := append([]string{"format", "--cluster-id", cluster, "--config", a.config()}, scramUsers()...)
	format, err := Tool(context.Background(), "kafka.tools.StorageTool", args...)
	if err != nil {
		return err
	}
	if out, err := format.CombinedOutput(); err != nil {
		return fmt.Errorf("kafka.tools.StorageTool format: %w\n%s", err, out)
	}
	return nil
}

func (a *apache) config() string  { return filepath.Join(a.dir, "server.properties") }
func (a *apache) address() string { return net.JoinHostPort("127.0.0.1", a.port) }

// launch starts the broker on its data and waits until it answers.
func (a *apache) launch() error {
	var err error
	if a.command, err = Tool(context.Background(), "kafka.Kafka", a.config()); err != nil {
		return err
	}
	a.log = &strings.Builder{}
	a.command.Stdout, a.command.Stderr, a.command.Dir = a.log, a.log, a.dir
	if err := a.command.Start(); err != nil {
		a.command = nil
		return fmt.Errorf("start Apache Kafka: %w", err)
	}
	a.exited = make(chan struct{})
	command, exited := a.command, a.exited
	go func() {
		defer close(exited)
		_ = command.Wait() // its log says more than its exit code
	}()
	if err := os.WriteFile(a.pid(), fmt.Append(nil, command.Process.Pid), 0o600); err != nil {
		return err
	}
	return a.answers()
}

func (a *apache) pid() string { return filepath.Join(a.dir, "pid") }

// answers waits until the broker does.
func (a *apache) answers() error {
	client, err := kgo.NewClient(kgo.SeedBrokers(a.address()))
	if err != nil {
		return err
	}
	defer client.Close()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		// The client would wait longer and longer before it knocks again, so it is not asked before somebody is at home.
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", a.address())
		if err == nil {
			_ = conn.Close() // nothing was said
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			err = client.Ping(ctx)
			cancel()
		}
		if err == nil {
			return nil
		}
		select {
		case <-a.exited:
			a.command = nil
			return fmt.Errorf("Apache Kafka ended: %s", a.log)
		default:
		}
		if time.Now().After(deadline) {
			a.kill()
			return fmt.Errorf("Apache Kafka does not answer: %w\n%s", err, a.log)
		}
	}
}

func (a *apache) kill() {
	if a.command == nil {
		return
	}
	_ = a.command.Process.Kill() // it may have ended by itself
	<-a.exited
	a.command = nil
	_ = os.Remove(a.pid()) // the guard would find somebody else under it
}

// stop ends the broker and removes its data.
func (a *apache) stop() error {
	a.kill()
	if a.alive == nil {
		return os.RemoveAll(a.dir)
	}
	return errors.Join(a.alive.Close(), a.guard.Wait(), os.RemoveAll(a.dir))
}

// Tool is a program of Apache Kafka, named by its class.
func Tool(ctx context.Context, class string, args ...string) (*exec.Cmd, error) {
	jars, err := installed()
	if err != nil {
		return nil, err
	}
	flags := []string{
		"-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", // starts fast and leaves the other core to the test
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", filepath.Join(jars, "*"), class,
	}
	return exec.CommandContext(ctx, "java", append(flags, args...)...), nil //nolint:gosec // of tests
}

// installed is the folder into which install.sh has put Apache Kafka.
func installed() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		jars := filepath.Join(dir, ".tools", "kafka")
		if found, _ := filepath.Glob(filepath.Join(jars, "kafka_2.13-*.jar")); len(found) > 0 { // the pattern is good
			return jars, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("Apache Kafka is not installed: `make test-kafka` does it on Debian as root, and runs these tests")
		}
	}
}

// freePorts are ports of loopback that nobody listens on. Others could take them before the broker does, which then says so.
func freePorts(count int) (ports []string, err error) {
	for range count {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() //nolint:errcheck // it was only asked for a port
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return nil, err
		}
		ports = append(ports, port)
	}
	return ports, nil
}

//go:build kill

package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/alerts/slack/slacktest"
	"tocsin/state/sqlite"
)

const (
	soonEnough = 70 * time.Second // within which people see a case, and once, after a process has died amid a send
	atOnce     = 4                // stories that are told beside each other: they mostly wait
)

// killedAt is where in a send its process dies: at a step of a call. A request that had arrived is carried out all the same, as one that was on
// the wire may be, unless it is lost.
type killedAt struct {
	what string // post, edit or reply
	step slacktest.Step
	lost bool
}

func (k killedAt) String() string {
	if k.lost {
		return fmt.Sprintf("%s %s and lost", k.what, k.step)
	}
	return fmt.Sprintf("%s %s", k.what, k.step)
}

// A process dies at each step of a post, of an edit and of an entry in a thread: before anything is on the wire, with the request on it, when
// Slack has done it and the answer is lost, and with the answer at hand and nothing of it stored. The next one leaves people with one message of
// the case and one entry in its thread. One that does not read before it tries again must be caught.
func TestASenderKilledAtAnyStepShowsACaseOnce(t *testing.T) {
	owed := oweCase(t)
	sound := buildTocsin(t, "")
	stories := []killedAt{{what: "post", step: slacktest.Connected}}
	for _, what := range []string{"post", "edit", "reply"} {
		stories = append(stories, killedAt{what, slacktest.Arrived, true}, killedAt{what: what, step: slacktest.Arrived},
			killedAt{what: what, step: slacktest.Done}, killedAt{what: what, step: slacktest.Answered})
	}
	for i, err := range owed.tell(sound, stories) {
		if err != nil {
			t.Errorf("killed at %s: %v", stories[i], err)
		}
	}
	broken := buildTocsin(t, "control_doubt")
	blind := []killedAt{{what: "post", step: slacktest.Done}, {what: "post", step: slacktest.Answered}, {what: "reply", step: slacktest.Done}}
	for i, err := range owed.tell(broken, blind) {
		var more tooMany
		if !errors.As(err, &more) {
			t.Errorf("control_doubt killed at %s: got %v, want it to be seen that something is there twice", blind[i], err)
		}
	}
}

// tooMany is what people see that should be there once.
type tooMany struct {
	messages, entries int
}

func (e tooMany) Error() string {
	return fmt.Sprintf("people have %d messages and %d entries in the thread, want one of each", e.messages, e.entries)
}

// owedCase is a store in which one message is owed, that of a case, and the broker that it has read.
type owedCase struct {
	dir, store, broker, task string
	environ                  []string
}

// oweCase makes one of a customer who has come over his limit just now, when everything had been read.
func oweCase(t *testing.T) *owedCase {
	t.Helper()
	l := newPipeline(t)
	l.today, l.now = wallClock().Date(time.UTC), wallClock
	l.config.Notify.Settle = 0
	l.send(t, l.limit(t, 7, (l.today-366).Start(time.UTC), 1, 10_000_000), l.invoice(t, 7, l.today-20, l.today+10))
	stop := l.start(t)
	await(t, "all is read", func() bool { return l.caughtUp(t) })
	l.send(t, l.limit(t, 7, l.now(), 2, 100))
	await(t, "a message is owed", func() bool {
		due, held, err := l.store.OwedCount(t.Context())
		must(t, err)
		return due == 1 && held == 0
	})
	tasks, err := l.store.Tasks(t.Context())
	must(t, err)
	stop()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "token"), []byte("xoxb-1\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "app"), []byte("xapp-1\n"), 0o600))
	return &owedCase{
		dir: dir, store: strings.TrimPrefix(l.config.StoreURL, "sqlite:"), broker: l.config.Kafka.Brokers[0], task: tasks[0].ID,
		environ: append(os.Environ(), "TOCSIN_SLACK_TOKEN_FILE="+filepath.Join(dir, "token"), "TOCSIN_NOTIFY_SETTLE=0s", "TOCSIN_NOTIFY_DIGEST_DAILY=24:00", "TOCSIN_NOTIFY_DIGEST_WEEKLY=",
			"TOCSIN_HTTP_LISTEN=",
			"TOCSIN_SLACK_APP_TOKEN_FILE="+filepath.Join(dir, "app"), "TOCSIN_SLACK_PEOPLE={U0ANA: {name: ana}}",
			`TOCSIN_SEGMENTS=[{when: 'customer_class == "core"', detectors: {overdue: {warning_days: 25}}}]`, "TOCSIN_KAFKA_BROKERS="+l.config.Kafka.Brokers[0]),
	}
}

// tell plays stories, some beside each other.
func (o *owedCase) tell(binary string, stories []killedAt) []error {
	all, turns := make([]error, len(stories)), make(chan struct{}, atOnce)
	var group sync.WaitGroup
	for i, at := range stories {
		group.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			all[i] = o.story(binary, at).play()
		})
	}
	group.Wait()
	return all
}

func (o *owedCase) story(binary string, at killedAt) *sendStory {
	dir, err := os.MkdirTemp(o.dir, "story")
	if err != nil {
		panic(err) // the test cannot be made
	}
	return &sendStory{owedCase: o, binary: binary, at: at, path: filepath.Join(dir, "tocsin.db"), died: make(chan struct{})}
}

// sendStory is a process that posts a case and dies, and another that goes on.
type sendStory struct {
	*owedCase
	binary, path string
	at           killedAt
	fake         *slacktest.Slack

	mu   sync.Mutex
	cmd  *exec.Cmd
	out  *bytes.Buffer
	gone chan struct{} // closed when cmd has ended
	died chan struct{} // closed when the process was killed where it had to be
	held *sql.Conn     // keeps what Slack has answered from being stored; nil: nothing does
	over bool
}

// open starts the first process, and waits until the case is posted.
func (s *sendStory) open() (err error) {
	content, err := os.ReadFile(s.store)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.path, content, 0o600); err != nil {
		return err
	}
	if s.fake, err = slacktest.New(""); err != nil {
		return err
	}
	s.fake.Observe(s.look)
	if err := s.begin(); err != nil {
		return err
	}
	return s.settles("the case is posted", func() bool { return len(s.fake.Messages()) > 0 })
}

// close ends what open has started.
func (s *sendStory) close() {
	if s.cmd != nil {
		s.end()
	}
	if s.fake != nil {
		_ = s.fake.Close()
	}
}

func (s *sendStory) play() error {
	defer s.close()
	if err := s.open(); err != nil {
		return err
	}
	ack := exec.Command(s.binary, "tasks", "ack", s.task, "--by", "ana")
	ack.Env = append(s.environ, "TOCSIN_STORE_URL=sqlite:"+s.path)
	if out, err := ack.CombinedOutput(); err != nil {
		return fmt.Errorf("acknowledge: %w: %s", err, out)
	}
	if err := s.settles("the case is brought up to date", func() bool {
		all := s.fake.Messages()
		return len(all) > 0 && strings.Contains(string(all[0].Blocks), "acknowledged by `ana`") && len(s.fake.Replies(all[0].Timestamp)) > 0
	}); err != nil {
		return err
	}
	select {
	case <-s.died:
	default:
		return errors.New("the process was never there")
	}
	all := s.fake.Messages()
	if entries := s.fake.Replies(all[0].Timestamp); len(all) != 1 || len(entries) != 1 {
		return tooMany{len(all), len(entries)}
	}
	return nil
}

// settles waits until something is so and nothing is owed, and lets the next process begin where one has died.
func (s *sendStory) settles(what string, so func() bool) error {
	began := time.Now()
	for died := s.died; ; time.Sleep(50 * time.Millisecond) {
		select {
		case <-died:
			died = nil
			if s.over {
				break
			}
			s.over, began = true, time.Now()
			if err := s.begin(); err != nil {
				return err
			}
		default:
		}
		if all := s.fake.Messages(); len(all) > 1 {
			return tooMany{messages: len(all)}
		}
		if so() {
			if settled, err := s.settled(); err != nil || settled {
				return err
			}
		}
		if time.Since(began) > soonEnough {
			s.end()
			return fmt.Errorf("%s: not after %v; the process says: %s", what, soonEnough, s.out)
		}
	}
}

// settled tells whether nothing is owed and nothing is in doubt, so that nothing comes any more.
func (s *sendStory) settled() (bool, error) {
	store, err := sqlite.Open(context.Background(), s.path, readStore)
	if err != nil {
		return false, err
	}
	defer store.Close()
	due, held, err := store.OwedCount(context.Background())
	return due+held == 0, err
}

// begin starts a process on the store.
func (s *sendStory) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	cmd := exec.Command(s.binary, "run", "--log-level", "warn")
	cmd.Env = append(slices.Clip(s.environ), "TOCSIN_STORE_URL=sqlite:"+s.path, "TOCSIN_SLACK_API_URL="+s.fake.URL, "TOCSIN_KAFKA_GROUP="+filepath.Base(filepath.Dir(s.path)))
	s.out, s.gone = new(bytes.Buffer), make(chan struct{})
	cmd.Stdout, cmd.Stderr = s.out, s.out
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	go func(gone chan struct{}) {
		_ = cmd.Wait() // it is killed
		close(gone)
	}(s.gone)
	return nil
}

// end kills the process, and returns when it is gone.
func (s *sendStory) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.cmd.Process.Kill()
	<-s.gone
}

// look kills the process where it has to die. When the answer is on its way, the store is kept from writing: so it has the answer, and
// dies before the row is written.
func (s *sendStory) look(step slacktest.Step, call slacktest.Call) bool {
	what := ""
	switch {
	case step == slacktest.Connected, call.Method == "chat.postMessage" && call.Form["thread_ts"] == "":
		what = "post"
	case call.Method == "chat.postMessage":
		what = "reply"
	case call.Method == "chat.update":
		what = "edit"
	}
	select {
	case <-s.died:
		return true
	default:
	}
	switch {
	case what != s.at.what:
		return true
	case s.at.step == slacktest.Answered && step == slacktest.Done:
		s.hold()
		return true
	case step != s.at.step:
		return true
	case step == slacktest.Answered:
		time.Sleep(300 * time.Millisecond) // for the process to read it
	}
	s.end()
	s.release()
	close(s.died)
	return !s.at.lost
}

// hold takes the store's only writer's place.
func (s *sendStory) hold() {
	db, err := sql.Open("sqlite", "file:"+s.path+"?_pragma=busy_timeout(5000)")
	if err == nil {
		s.held, err = db.Conn(context.Background())
	}
	if err == nil {
		_, err = s.held.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		panic(err) // the test cannot be made
	}
}

// release gives it back.
func (s *sendStory) release() {
	if s.held != nil {
		_, _ = s.held.ExecContext(context.Background(), "ROLLBACK")
		_ = s.held.Close()
	}
}

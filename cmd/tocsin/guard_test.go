package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// guarded has a process end with this one, whatever this one dies of: an interrupted test leaves nobody behind. What it returns is to be
// closed when the process has ended, for its number may be another's then.
func guarded(pid int) (io.Closer, error) {
	const script = `read -r _ || kill -KILL "$1"`
	guard := exec.Command("sh", "-c", script, "sh", strconv.Itoa(pid)) //nolint:gosec // of tests
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}            // an interrupt from the keyboard is not for it
	alive, err := guard.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &guardOf{guard, alive}, guard.Start()
}

type guardOf struct {
	guard *exec.Cmd
	alive io.WriteCloser
}

// Close sends the guard home.
func (g *guardOf) Close() error {
	if _, err := io.WriteString(g.alive, "\n"); err != nil {
		return err
	}
	return g.guard.Wait()
}

// leavesBehind is the name under which this binary starts a process, tells its number, and is killed.
const leavesBehind = "tocsin-leaves-behind"

func runLeavesBehind() {
	sleep := exec.Command("sleep", "600")
	err := sleep.Start()
	if err == nil {
		_, err = guarded(sleep.Process.Pid)
	}
	fmt.Println(sleep.Process.Pid, err)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func TestWhatIsStartedEndsWithAKilledTest(t *testing.T) {
	out, err := exec.Command(leavesBehind).Output()
	if err == nil {
		t.Fatal("it was not killed")
	}
	var pid int
	var told string
	if n, err := fmt.Sscan(string(out), &pid, &told); n != 2 || told != "<nil>" {
		t.Fatalf("got %q, %v", out, err)
	}
	await(t, "the process has ended", func() bool { return syscall.Kill(pid, 0) != nil || zombie(pid) })
}

// zombie tells whether a process has ended and nobody has asked for its exit code.
func zombie(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return os.IsNotExist(err)
	}
	var n int
	var name, state string
	_, err = fmt.Sscan(string(text), &n, &name, &state)
	return err == nil && state == "Z"
}

func TestAGuardThatIsSentHomeEndsNobody(t *testing.T) {
	sleep := exec.Command("sleep", "600")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- sleep.Wait() }()
	guard, err := guarded(sleep.Process.Pid)
	if err == nil {
		err = guard.Close()
	}
	if err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		t.Errorf("it has ended it: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	_ = sleep.Process.Kill()
	<-ended
}

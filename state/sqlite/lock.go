package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// ErrInUse: another process has the store open.
var ErrInUse = errors.New("in use by another tocsin process")

// lock takes the file for this process. The kernel lets go of it when the process ends, however it ends. The file stays
// behind: removing it would let two processes hold one lock each. Its content is the owner's process id, for people.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		owner, _ := io.ReadAll(io.LimitReader(f, 20))
		return nil, fmt.Errorf("%w (process %s)", ErrInUse, strings.TrimSpace(string(owner)))
	}
	if err := sign(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sign writes the process id into a lock file that is held.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(f, "%d\n", os.Getpid())
	return err
}

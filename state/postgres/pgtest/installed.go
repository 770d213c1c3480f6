package pgtest

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// oldest is the first major version of PostgreSQL that the store works with.
const oldest = 15

// places are where packages put the server's programs, which is seldom on the PATH.
var places = []string{"/usr/lib/postgresql/*/bin/postgres", "/usr/pgsql-*/bin/postgres", "/opt/homebrew/opt/postgresql@*/bin/postgres"}

// installed is the directory of the newest server of this machine.
func installed() (bin string, err error) {
	var found []string
	for _, place := range places {
		matches, _ := filepath.Glob(place) // the patterns are good
		found = append(found, matches...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, path)
	}
	newest := 0
	for _, program := range found {
		if v := version(program); v > newest {
			bin, newest = filepath.Dir(program), v
		}
	}
	switch {
	case newest == 0:
		return "", errors.New("PostgreSQL is not installed: `make postgres` does it as root on Debian, else install version 15 or newer")
	case newest < oldest:
		return "", fmt.Errorf("PostgreSQL %d in %s is older than %d: `make postgres` installs a newer one as root on Debian", newest, bin, oldest)
	}
	return bin, nil
}

// version is a server's major version, 0 where it does not tell: "postgres (PostgreSQL) 15.14 (Debian …)".
func version(program string) int {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return 0
	}
	_, told, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits := strings.IndexFunc(told, func(r rune) bool { return r < '0' || r > '9' })
	major, err := strconv.Atoi(told[:max(digits, 0)])
	if err != nil {
		return 0
	}
	return major
}

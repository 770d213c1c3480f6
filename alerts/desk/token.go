package desk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Scope is what a token allows.
type Scope uint8

const (
	Read  Scope = 1 << iota // to look
	Act                     // to change, in the name that the token has
	Grant                   // to give temporary limits, in that name
)

// scopes are the names of all, by bit.
var scopes = []string{"read", "act", "grant"}

func (s Scope) String() string {
	var all []string
	for i, name := range scopes {
		if s&(1<<i) != 0 {
			all = append(all, name)
		}
	}
	return strings.Join(all, ",")
}

// Bounds of a file of tokens.
const (
	mostTokens    = 1000
	mostTokenFile = 1 << 20 // bytes
	mostName      = 80      // characters of a name: that of an owner of tasks
)

// Token is one who may ask.
type Token struct {
	Name  string            // of who has it, as tasks and the audit know them
	Hash  [sha256.Size]byte // of the token, which nobody keeps
	Scope Scope
}

// Tokens are those of a file, read again when it has changed.
type Tokens struct {
	path string

	mu      sync.Mutex
	changed time.Time // of the file when it was read
	size    int64
	list    []Token
}

// OpenTokens reads a file of tokens: one a line, as "name sha256 scopes", the hash in hexadecimal digits, the scopes one or
// several of read, act and grant with commas between. Empty lines and those that begin with # say nothing.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	_, err := t.current()
	return t, err
}

// current are the tokens as the file has them now. A file that cannot be read lets nobody in.
func (t *Tokens) current() ([]Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(t.path)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	if t.list != nil && info.ModTime().Equal(t.changed) && info.Size() == t.size {
		return t.list, nil
	}
	t.list = nil
	content, err := readBounded(t.path)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	list, err := parseTokens(content)
	if err != nil {
		return nil, fmt.Errorf("tokens: %s:%w", t.path, err)
	}
	t.list, t.changed, t.size = list, info.ModTime(), info.Size()
	return list, nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was read only
	content, err := io.ReadAll(io.LimitReader(f, mostTokenFile+1))
	if err == nil && len(content) > mostTokenFile {
		err = fmt.Errorf("%s is larger than %d bytes", path, mostTokenFile)
	}
	return content, err
}

// parseTokens reads the lines of a file. Its errors begin with the line's number.
func parseTokens(content []byte) ([]Token, error) {
	list := []Token{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		one, err := parseToken(words)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
		for _, other := range list {
			if other.Name == one.Name || other.Hash == one.Hash {
				return nil, fmt.Errorf("%d: %s: the name or the token is that of a line before: each stands once", n, one.Name)
			}
		}
		if list = append(list, one); len(list) > mostTokens {
			return nil, fmt.Errorf("%d: more than %d tokens", n, mostTokens)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("1: %w", err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("1: there is no token: want lines of a name, the token's SHA-256 in hexadecimal digits, and read or read,act")
	}
	return list, nil
}

func parseToken(words []string) (one Token, err error) {
	if len(words) != 3 {
		return one, fmt.Errorf("%d words: want three, a name, the token's SHA-256 in hexadecimal digits, and read or read,act", len(words))
	}
	one.Name = words[0]
	if n := len([]rune(one.Name)); n > mostName || strings.ContainsFunc(one.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return one, fmt.Errorf("the name is not up to %d characters that can be printed", mostName)
	}
	hash, err := hex.DecodeString(words[1])
	if err != nil || len(hash) != sha256.Size {
		return one, fmt.Errorf("%s: the second word is no SHA-256 of a token, which has %d hexadecimal digits", one.Name, 2*sha256.Size)
	}
	one.Hash = [sha256.Size]byte(hash)
	for scope := range strings.SplitSeq(words[2], ",") {
		i := slices.Index(scopes, scope)
		if i < 0 {
			return one, fmt.Errorf("%s: scope %q is not one of %s", one.Name, scope, strings.Join(scopes, ", "))
		}
		one.Scope |= Scope(1) << i
	}
	return one, nil
}

// find is whose token a text is, in a time that does not depend on how much of it is right.
func find(list []Token, text string) (one Token, found bool) {
	hash := sha256.Sum256([]byte(text))
	at := -1
	for i := range list {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(hash[:], list[i].Hash[:]), i, at)
	}
	if at < 0 {
		return one, false
	}
	return list[at], true
}

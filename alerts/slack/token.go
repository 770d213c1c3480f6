package slack

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// tokenFile gives clients that carry the token in a file, and reads it again when the file has changed.
type tokenFile struct {
	path    string
	options []slack.Option
	changed time.Time // of the file when it was read
	client  *slack.Client
}

// open is a client with the token as it is now.
func (t *tokenFile) open() (*slack.Client, error) {
	info, err := os.Stat(t.path)
	if err != nil {
		return nil, fmt.Errorf("slack token: %w", err)
	}
	if t.client != nil && info.ModTime().Equal(t.changed) {
		return t.client, nil
	}
	token, err := readSecret("slack token", t.path)
	if err != nil {
		return nil, err
	}
	t.client, t.changed = slack.New(token, t.options...), info.ModTime()
	return t.client, nil
}

// readSecret is the only line of a file.
func readSecret(what, path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	secret := strings.TrimSpace(string(content))
	if secret == "" {
		return "", fmt.Errorf("%s: %s is empty", what, path)
	}
	return secret, nil
}

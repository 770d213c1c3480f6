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
	content, err := os.ReadFile(t.path)
	if err != nil {
		return nil, fmt.Errorf("slack token: %w", err)
	}
	token := strings.TrimSpace(string(content))
	if token == "" {
		return nil, fmt.Errorf("slack token: %s is empty", t.path)
	}
	t.client, t.changed = slack.New(token, t.options...), info.ModTime()
	return t.client, nil
}

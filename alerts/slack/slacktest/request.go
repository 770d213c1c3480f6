package slacktest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Request is what Slack sends to an app's own address where it sends an envelope over a connection else: a form, signed with the app's
// secret at a time.
func Request(address, secret string, at time.Time, e Envelope) (*http.Request, error) {
	form := url.Values{}
	if e.Type == "slash_commands" {
		var fields map[string]string
		if err := json.Unmarshal(e.Payload, &fields); err != nil {
			return nil, err
		}
		for name, value := range fields {
			form.Set(name, value)
		}
	} else {
		form.Set("payload", string(e.Payload))
	}
	body := form.Encode()
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%d:%s", at.Unix(), body)
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body)) //nolint:noctx // who sends it gives it one
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", fmt.Sprint(at.Unix()))
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r, nil
}

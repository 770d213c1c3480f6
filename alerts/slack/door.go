package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/slack-go/slack"
)

// Path is where a Reception takes what people do, if Slack brings it over HTTP.
const Path = "/slack/acts"

const (
	mostBody = 1 << 20         // bytes of a request
	window   = 5 * time.Minute // within which a request's own time has to be of ours
	patience = 3 * time.Second // of Slack's
)

// What is wrong with a request that Slack seems to have made.
var (
	errReplayed = errors.New("it came before")
	errNoAct    = errors.New("neither an interaction nor a command")
)

// ServeHTTP takes what people do in Slack from requests that Slack has signed with the secret in SecretFile, a few minutes ago at
// most and each once. As in Socket Mode, an act is worked on before Slack is told that it has come in; what there is no room or no time for is
// refused, so that Slack tells the person. It answers while Run runs.
func (r *Reception) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "there is: POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, mostBody))
	if err != nil {
		http.Error(w, "the body is too large, or ends early", http.StatusRequestEntityTooLarge)
		return
	}
	if err := r.signed(req.Header, body); err != nil {
		r.Log.Warn("a request that seems to be Slack's is refused", "error", err)
		http.Error(w, "it is not signed by Slack, or not now", http.StatusUnauthorized)
		return
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	a, ours, err := brought(req)
	taken, wrong := make(chan struct{}), r.misfits(&a)
	switch {
	case err != nil:
		r.Log.Warn("Slack says what cannot be read", "error", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
	case len(wrong) > 0:
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(slack.NewErrorsViewSubmissionResponse(wrong)); err != nil {
			r.Log.Warn("somebody is not told what does not fit", "user", a.user, "error", err)
		}
	case ours && !r.offer(a, func() { close(taken) }):
		r.Log.Warn("there is no room for what somebody does in Slack", "user", a.user)
		http.Error(w, "there is no room for it", http.StatusServiceUnavailable)
	case ours:
		select {
		case <-taken:
		case <-time.After(patience):
			http.Error(w, "it is not done yet", http.StatusServiceUnavailable)
		}
	}
}

// brought is the act that a request brings; ours is false of what has nothing to do with Tocsin.
func brought(req *http.Request) (a act, ours bool, err error) {
	if err := req.ParseForm(); err != nil {
		return act{}, false, err
	}
	switch {
	case req.PostForm.Has("payload"):
		call, err := slack.InteractionCallbackParse(req)
		if err != nil {
			return act{}, false, err
		}
		a, ours = actOf(&call)
		return a, ours, nil
	case req.PostForm.Get("command") == command:
		typed, err := slack.SlashCommandParse(req)
		return asked(&typed), true, err
	}
	return act{}, false, errNoAct
}

// signed tells whether a request is Slack's, of now, and has not come before. What came before another process is known by its request id.
func (r *Reception) signed(h http.Header, body []byte) error {
	secret, err := readSecret("slack.signing_secret_file", r.SecretFile)
	if err != nil {
		return err
	}
	verifier, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	if _, err := verifier.Write(body); err != nil {
		return err
	}
	if err := verifier.Ensure(); err != nil {
		return err
	}
	signature, now := h.Get("X-Slack-Signature"), time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.came, func(_ string, at time.Time) bool { return now.Sub(at) > 2*window })
	if _, before := r.came[signature]; before {
		return errReplayed
	}
	r.came[signature] = now
	return nil
}

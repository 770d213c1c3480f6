package sqlite

import (
	"encoding/json"

	"tocsin/state"
)

type jsonEvent struct {
	state.Stamp
	KnownAt state.Instant
	Kind    state.Kind
	Body    *state.RegistryFact
}

func encodeEvents(events []state.Event) ([]byte, error) {
	if len(events) == 0 {
		return nil, nil
	}
	var out []jsonEvent
	for _, e := range events {
		out = append(out, jsonEvent{e.Stamp, e.KnownAt, e.Kind, e.Body.(*state.RegistryFact)})
	}
	return json.Marshal(out)
}

func decodeEvents(b []byte) ([]state.Event, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var in []jsonEvent
	err := json.Unmarshal(b, &in)
	var out []state.Event
	for _, e := range in {
		out = append(out, state.Event{Kind: e.Kind, Stamp: e.Stamp, KnownAt: e.KnownAt, Body: e.Body})
	}
	return out, err
}

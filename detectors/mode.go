package detectors

import "fmt"

// Mode is how much is made of what a detector finds.
type Mode uint8

const (
	Off    Mode = iota // not judged
	Shadow             // judged under the rule set `shadow`: recorded, never shown, scored or sent
	Live
)

// ParseMode reads live, shadow or off.
func ParseMode(text string) (Mode, error) {
	for _, m := range []Mode{Off, Shadow, Live} {
		if text == m.String() {
			return m, nil
		}
	}
	return Off, fmt.Errorf("%q is not one of live, shadow, off", text)
}

// String is the mode as the configuration writes it.
func (m Mode) String() string {
	switch m {
	case Live:
		return "live"
	case Shadow:
		return "shadow"
	default:
		return "off"
	}
}

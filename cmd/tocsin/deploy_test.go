package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const composeDir = repository + "/deploy/compose"

// composed is what the test reads of a compose file.
type composed struct {
	Services map[string]struct {
		Image       string
		Environment map[string]string
		Volumes     []string
		Secrets     []string
		Ports       []string
		ReadOnly    bool                                  `yaml:"read_only"`
		CapDrop     []string                              `yaml:"cap_drop"`
		SecurityOpt []string                              `yaml:"security_opt"`
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Command     []string
		Restart     string
		Healthcheck struct{ Test []string }
		Build       struct{ Context, Dockerfile string }
	}
	Volumes map[string]struct{}
	Secrets map[string]struct{ File string }
}

// The compose file holds together: what it names is there, nothing is reached from other machines, no version floats, and the
// configuration of its Tocsin is one that Tocsin takes. No Docker runs it here.
func TestTheComposeFileHoldsTogether(t *testing.T) {
	_, c := composeFile(t)
	for _, want := range []string{"kafka", "postgres", "tocsin", "publisher", "prometheus", "grafana"} {
		if _, ok := c.Services[want]; !ok {
			t.Errorf("there is no service %s", want)
		}
	}
	pinned := regexp.MustCompile(`^[a-z./-]+:v?[0-9]+\.[0-9]+(\.[0-9]+)?$`)
	for name, s := range c.Services {
		if !pinned.MatchString(s.Image) && s.Image != "tocsin:local" {
			t.Errorf("%s: image %q has no version", name, s.Image)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is reached from other machines", name, p)
			}
		}
		for other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s: waits for %s, which is no service", name, other)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, named := c.Volumes[from]; named {
				continue
			}
			if _, err := os.Stat(filepath.Join(composeDir, from)); err != nil {
				t.Errorf("%s: mounts what is not there: %v", name, err)
			}
		}
		for _, secret := range s.Secrets {
			if _, ok := c.Secrets[secret]; !ok {
				t.Errorf("%s: secret %s is none of the file's", name, secret)
			}
		}
	}
	for _, name := range []string{"tocsin", "publisher"} {
		s := c.Services[name]
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
			t.Errorf("%s: it may do more than it needs: %+v", name, s)
		}
		var environ []string
		for key, value := range s.Environment {
			environ = append(environ, key+"="+value)
		}
		if loaded, warnings, err := loadConfig(filepath.Join(composeDir, "tocsin.yaml"), environ); err != nil || len(warnings) > 0 || loaded.Kafka.Brokers[0] != "kafka:9092" {
			t.Errorf("%s: its configuration: %v, %v", name, warnings, err)
		}
	}
	script, err := os.ReadFile(filepath.Join(composeDir, "secrets.sh"))
	must(t, err)
	for name, s := range c.Secrets {
		if !strings.Contains(string(script), "[ -s "+filepath.Base(s.File)+" ]") {
			t.Errorf("secret %s: secrets.sh does not make %s", name, s.File)
		}
	}
}

// Topics that the script makes are those of the default configuration.
func TestTheTopicsScriptMakesAllTopics(t *testing.T) {
	text, err := os.ReadFile(repository + "/deploy/kafka/topics.sh")
	must(t, err)
	topics := defaultConfig().Kafka.Topics
	if want := `inputs="` + strings.Join(topics.inputs(), " ") + `"`; !strings.Contains(string(text), want) {
		t.Errorf("the script has no line %s", want)
	}
	if want := "for topic in " + strings.Join([]string{topics.Alerts, topics.Tasks, topics.DeadLetters}, " ") + "; do"; !strings.Contains(string(text), want) {
		t.Errorf("the script has no line %s", want)
	}
}

// Image and unit run the commands that there are, not as root, and neither needs anything else to be written.
func TestTheImageAndTheUnitRunTocsinWithoutPrivileges(t *testing.T) {
	for file, want := range map[string][]string{
		"Dockerfile": {"FROM scratch", "USER 65532:65532", "COPY bin/tocsin /usr/local/bin/tocsin", `ENTRYPOINT ["/usr/local/bin/tocsin"]`, `CMD ["run", "--config", "/etc/tocsin/tocsin.yaml"]`, `"ready", "--healthy"`},
		"systemd/tocsin.service": {"DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "ExecStart=/usr/local/bin/tocsin run --config /etc/tocsin/tocsin.yaml",
			"TimeoutStopSec=30"},
	} {
		text, err := os.ReadFile(repository + "/deploy/" + file)
		must(t, err)
		for _, line := range want {
			if !strings.Contains(string(text), line) {
				t.Errorf("%s: got no %q", file, line)
			}
		}
	}
}

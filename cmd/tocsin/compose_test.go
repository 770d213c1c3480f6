package main

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// composeFile is the compose file, as the test of its parts reads it.
func composeFile(t *testing.T) (text []byte, c composed) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(composeDir, "compose.yaml"))
	must(t, err)
	must(t, yaml.Unmarshal(text, &c))
	return text, c
}

// Docker takes the file: it is one of the Compose Specification, by the schema that docker compose goes by.
func TestTheComposeFileIsOneOfTheSpecification(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/compose/compose-spec.json")
	must(t, err)
	valid := func(text string) error {
		var file any
		must(t, yaml.Unmarshal([]byte(text), &file))
		return schema.Validate(file)
	}
	text, _ := composeFile(t)
	if err := valid(string(text)); err != nil {
		t.Error(err)
	}
	for _, wrong := range [][2]string{
		{"stop_grace_period:", "stop_grace:"}, {"condition: service_healthy", "condition: healthy"}, {"retries: 12", "retries: [12]"}, {`ports: ["127.0.0.1:9464:9464"]`, "ports: 9464"},
	} {
		spoilt := strings.Replace(string(text), wrong[0], wrong[1], 1)
		if spoilt == string(text) || valid(spoilt) == nil {
			t.Errorf("%s in the place of %s is taken", wrong[1], wrong[0])
		}
	}
}

// What services say of each other is so: who waits for a healthy one can learn that, secrets are read where they are mounted, and nobody
// sees those of others.
func TestServicesOfTheComposeFileFitEachOther(t *testing.T) {
	_, c := composeFile(t)
	inSecrets := regexp.MustCompile(`/run/secrets/(\w+)`)
	for name, s := range c.Services {
		for other, how := range s.DependsOn {
			of := c.Services[other]
			switch {
			case how.Condition == "service_healthy" && len(of.Healthcheck.Test) == 0:
				t.Errorf("%s waits for a healthy %s, which nobody looks at", name, other)
			case how.Condition == "service_completed_successfully" && of.Restart != "on-failure":
				t.Errorf("%s waits for the end of %s, which is started again", name, other)
			}
		}
		said := fmt.Sprint(s.Environment, s.Command)
		for _, v := range s.Volumes {
			from, to, _ := strings.Cut(v, ":")
			if _, named := c.Volumes[from]; named {
				continue
			}
			if from = filepath.Join(composeDir, from); isAbove(from, filepath.Join(composeDir, "secrets")) {
				t.Errorf("%s: %s is mounted at %s with everybody's secrets", name, from, to)
			}
			if text, err := os.ReadFile(from); err == nil {
				said += string(text)
			}
		}
		for _, m := range inSecrets.FindAllStringSubmatch(said, -1) {
			if !slices.Contains(s.Secrets, m[1]) {
				t.Errorf("%s: it reads %s, which is not mounted", name, m[0])
			}
		}
		for _, secret := range s.Secrets {
			if !strings.Contains(said, "/run/secrets/"+secret) {
				t.Errorf("%s: it is given the secret %s and does not read it", name, secret)
			}
		}
	}
	if build := c.Services["tocsin"].Build; build.Context == "" {
		t.Error("nothing says how Tocsin's image is built")
	} else if _, err := os.Stat(filepath.Join(composeDir, build.Context, build.Dockerfile)); err != nil {
		t.Error(err)
	}
}

// isAbove tells whether a path is a folder's or above it.
func isAbove(above, folder string) bool {
	rel, err := filepath.Rel(above, folder)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// Tocsin finds the others by the names and ports that they have: Kafka, with the topics that the script makes, the database and its user; and
// is found by Prometheus, whom Grafana asks.
func TestServicesOfTheComposeFileFindEachOther(t *testing.T) {
	_, c := composeFile(t)
	tocsin, kafka := c.Services["tocsin"], c.Services["kafka"].Environment
	var environ []string
	for key, value := range tocsin.Environment {
		environ = append(environ, key+"="+value)
	}
	loaded, _, err := loadConfig(filepath.Join(composeDir, "tocsin.yaml"), environ)
	must(t, err)
	if brokers := strings.Join(loaded.Kafka.Brokers, ","); kafka["KAFKA_ADVERTISED_LISTENERS"] != "PLAINTEXT://"+brokers || c.Services["topics"].Environment["BROKERS"] != brokers {
		t.Errorf("Kafka says %s, its topics are made at %s, and Tocsin asks %s", kafka["KAFKA_ADVERTISED_LISTENERS"], c.Services["topics"].Environment["BROKERS"], brokers)
	}
	if c.Services["topics"].Image != c.Services["kafka"].Image {
		t.Error("topics are made by another Kafka's tools")
	}
	script, err := os.ReadFile(repository + "/deploy/kafka/topics.sh")
	must(t, err)
	topics := append(loaded.Kafka.Topics.inputs(), loaded.Kafka.Topics.Alerts, loaded.Kafka.Topics.Tasks, loaded.Kafka.Topics.DeadLetters)
	if loaded.CanaryEvery > 0 {
		topics = append(topics, loaded.Kafka.Topics.Canary)
	}
	for _, topic := range topics {
		if !regexp.MustCompile(`[ "]` + regexp.QuoteMeta(topic) + `[ ";]`).Match(script) {
			t.Errorf("the script does not make the topic %s", topic)
		}
	}
	at, err := url.Parse(loaded.StoreURL)
	must(t, err)
	if env := c.Services["postgres"].Environment; at.Host != "postgres" || at.User.Username() != env["POSTGRES_USER"] || at.Path != "/"+env["POSTGRES_DB"] {
		t.Errorf("Tocsin's store is %s, and PostgreSQL has the user %s and the database %s", at.Redacted(), env["POSTGRES_USER"], env["POSTGRES_DB"])
	}
	_, port, _ := strings.Cut(loaded.HTTPListen, ":")
	if want := "127.0.0.1:" + port + ":" + port; !slices.Equal(tocsin.Ports, []string{want}) {
		t.Errorf("Tocsin listens on %s, and %v is told, want %s", loaded.HTTPListen, tocsin.Ports, want)
	}
	image, err := os.ReadFile(repository + "/deploy/Dockerfile")
	must(t, err)
	var prometheus struct {
		Rules   []string `yaml:"rule_files"`
		Scrapes []struct {
			Job     string                       `yaml:"job_name"`
			Targets []struct{ Targets []string } `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	readYAML(t, "prometheus.yaml", &prometheus)
	if len(prometheus.Scrapes) != 1 || prometheus.Scrapes[0].Job != "tocsin" || !slices.Equal(prometheus.Scrapes[0].Targets[0].Targets, []string{"tocsin:" + port}) ||
		!strings.Contains(string(image), "\nEXPOSE "+port+"\n") {
		t.Errorf("Prometheus asks %+v and the image says another port than %s, or another", prometheus.Scrapes, port)
	}
	var sources struct{ Datasources []struct{ URL, UID string } }
	readYAML(t, "grafana/datasources/prometheus.yaml", &sources)
	if !slices.Equal(c.Services["prometheus"].Ports, []string{"127.0.0.1:9090:9090"}) || len(sources.Datasources) != 1 || sources.Datasources[0].URL != "http://prometheus:9090" {
		t.Errorf("Grafana asks %+v", sources)
	}
	var boards struct {
		Providers []struct{ Options struct{ Path string } }
	}
	readYAML(t, "grafana/dashboards/tocsin.yaml", &boards)
	for service, pattern := range map[string]string{"prometheus": prometheus.Rules[0], "grafana": boards.Providers[0].Options.Path + "/*.json"} {
		if found := mounted(c.Services[service].Volumes, pattern); len(found) == 0 {
			t.Errorf("%s: it finds nothing at %s", service, pattern)
		}
	}
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(composeDir, name))
	must(t, err)
	must(t, yaml.Unmarshal(text, into))
}

// mounted are the files of this repository that a container sees at a pattern.
func mounted(volumes []string, pattern string) (all []string) {
	for _, v := range volumes {
		parts := strings.Split(v, ":")
		if rest, under := strings.CutPrefix(pattern, path.Clean(parts[1])+"/"); under {
			found, _ := filepath.Glob(filepath.Join(composeDir, parts[0], rest)) // a pattern of ours
			all = append(all, found...)
		}
	}
	return all
}

// Command tocsin reads the configuration, wires the packages, and runs them. One file holds one subcommand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the ledger's zone must not depend on what the machine has installed

	"github.com/alecthomas/kong"
)

// commands are the subcommands with their flags.
type commands struct {
	Demo       demoCommand       `cmd:"" help:"Show a small portfolio deteriorate, live, with a broker of its own."`
	Run        runCommand        `cmd:"" help:"Consume events from Kafka and raise alerts."`
	Backtest   backtestCommand   `cmd:"" help:"Play recorded events through the live engine."`
	Explain    explainCommand    `cmd:"" help:"Tell of a signal or a figure of a customer what it rests on, or what a signal listens for."`
	Ready      readyCommand      `cmd:"" help:"Ask the run on this machine whether it takes events; exit 1 if not."`
	Doctor     doctorCommand     `cmd:"" help:"Look at all that a run needs, and tell what is wrong and what mends it."`
	Check      checkCommand      `cmd:"" help:"Check a configuration, or print all its keys with their defaults."`
	Import     importCommand     `cmd:"" help:"Turn CSV exports of an ERP into events."`
	Event      eventCommand      `cmd:"" help:"Work with events of the contract."`
	Story      storyCommand      `cmd:"" help:"Play stories: what happens to customers, and what is to be said of it."`
	Tasks      tasksCommand      `cmd:"" help:"List review tasks and record what people decide."`
	Watch      watchCommand      `cmd:"" help:"List the customers on the watch list and take them off it."`
	Digest     digestCommand     `cmd:"" help:"Tell what became of all customers on a business day, and what is due."`
	Slack      slackCommand      `cmd:"" help:"Prepare Slack: print the app's manifest, and what messages will look like."`
	Sources    sourcesCommand    `cmd:"" help:"Tell how good what publishers send is: late, stale, refused, unknown, conflicting, on a wrong partition."`
	Dlq        dlqCommand        `cmd:"" help:"List refused records, show one, give them another try."`
	Gap        gapCommand        `cmd:"" help:"List what partitions cannot read, and accept it."`
	Systemic   systemicCommand   `cmd:"" help:"List rules in which too many customers rose on one day, and let their messages go."`
	Quarantine quarantineCommand `cmd:"" help:"List customers whose steps panic, and release them."`
	Audit      auditCommand      `cmd:"" help:"Tell what people have done, and check that the record of it is whole."`
	Rebuild    rebuildCommand    `cmd:"" help:"Write snapshots anew from the journal, or check that each is its fold."`
	Migrate    migrateCommand    `cmd:"" help:"Prepare the store."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// process is what a command may use of the world.
type process struct {
	ctx            context.Context // ends on SIGINT and SIGTERM
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// Exit codes.
const (
	exitGood    = 0
	exitFinding = 1 // something was found, or the command could not do its work
	exitUsage   = 2
)

// errFinding is returned by a command that has already told what it found.
var errFinding = errors.New("found something")

// usageError is a command line that parses and cannot be meant.
type usageError struct{ problem string }

func (e usageError) Error() string { return e.problem }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process as it would any other
	code := run(&process{ctx, os.Environ(), os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is the whole program but for the operating system: it returns the exit code.
func run(p *process, args []string) int {
	err := dispatch(p, args)
	var usage usageError
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errFinding):
		return exitFinding
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "tocsin: %s\n", usage.problem)
		return exitUsage
	default:
		fmt.Fprintf(p.stderr, "tocsin: %v\n", err)
		return exitFinding
	}
}

// helped is thrown by the command line parser once it has printed the help.
type helped struct{}

// dispatch parses the command line and runs the command.
func dispatch(p *process, args []string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(helped); !ok {
				panic(v)
			}
			err = nil
		}
	}()
	parser, err := newParser(new(commands), p.stdout, p.stderr)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	line, err := parser.Parse(args)
	if err != nil {
		return usageError{err.Error() + "; see tocsin --help"}
	}
	return line.Run(p)
}

func newParser(c *commands, stdout, stderr io.Writer) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("tocsin"),
		kong.Description("Hears customers get into trouble from the events of your ledger, and tells people in time."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { panic(helped{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
}

// configFlag is the configuration of a command.
type configFlag struct {
	Config string `help:"Configuration file. Without one all defaults apply." placeholder:"FILE"`
}

// load reads the configuration. Variables that name no key are warned of on standard error.
func (f configFlag) load(p *process) (*config, error) {
	c, warnings, err := loadConfig(f.Config, p.environ)
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "tocsin: warning: %s\n", w)
	}
	return c, refusedConfig(p, err)
}

// refusedConfig prints faults as they are, one a line, without a prefix: editors jump to them.
func refusedConfig(p *process, err error) error {
	var wrong faults
	if errors.As(err, &wrong) {
		fmt.Fprintln(p.stderr, wrong)
		return errFinding
	}
	return err
}

// outputFlag is how a command's output is read: by people or by programs.
type outputFlag struct {
	Output string `enum:"text,json" default:"text" help:"text or json."`
}

func (f outputFlag) json() bool { return f.Output == "json" }

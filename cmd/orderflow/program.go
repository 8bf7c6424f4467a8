package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"orderflow/internal/config"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// program is one run of the command line.
type program struct {
	out, err io.Writer
	env      func(string) (string, bool)
	operand  string // of a command that takes one
}

// command is one or two words of the command line.
type command struct {
	name        string
	operand     string // required, such as FILE; empty for most commands
	args        string // its own flags, as the usage line shows them
	summary     string // for the list of commands
	description string // for its help: what it does and when to use it
	// settings lists every setting in the command's help; all commands accept them.
	settings bool
	// bind adds the command's own flags and returns what runs once they are parsed.
	bind func(fs *flag.FlagSet) action
}

// action runs a command. Its error is printed; errReported is not.
type action func(ctx context.Context, p *program, cfg config.Config) error

// errReported fails a command whose output already explains why.
var errReported = errors.New("reported")

// commands lists every command in the order of the help.
func commands() []command {
	return []command{
		serveCommand(), migrateCommand(), seedCommand(), tokenCommand(), verifyCommand(),
		newEpochCommand(), configCommand(), schemaCommand(), benchDueCommand(),
		benchPlaceCommand(), benchListCommand(), benchRefundCommand(), benchMixCommand(),
		replayCommand(),
	}
}

// run runs the command that args name and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.help(p.err)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help":
		p.help(p.out)
		return exitOK
	case "help":
		if len(args) == 1 {
			p.help(p.out)
			return exitOK
		}
		args = append(slices.Clone(args[1:]), "--help")
	}
	c, args, err := find(args)
	if err != nil {
		fmt.Fprintf(p.err, "orderflow: %v; orderflow --help lists all\n", err)
		return exitUsage
	}
	return p.do(ctx, c, args)
}

// find returns the command whose name args begin with, and what follows it.
func find(args []string) (command, []string, error) {
	var longer []string
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			return c, args[len(words):], nil
		}
		if words[0] == args[0] {
			longer = append(longer, "orderflow "+c.name)
		}
	}
	if len(longer) > 0 {
		return command{}, nil, fmt.Errorf("write %s", strings.Join(longer, " or "))
	}
	return command{}, nil, fmt.Errorf("there is no command %q", args[0])
}

func (p *program) do(ctx context.Context, c command, args []string) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	act := c.bind(fs)
	settings := config.Bind(fs)
	word := ""
	if c.operand != "" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		word, args = args[0], args[1:]
	}
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		c.help(p.out)
		return exitOK
	}
	rest := fs.Args()
	if c.operand != "" && word == "" && len(rest) > 0 {
		word, rest = rest[0], rest[1:]
	}
	switch {
	case err != nil:
	case c.operand != "" && word == "":
		err = fmt.Errorf("write orderflow %s %s", c.name, c.operand)
	case len(rest) > 0:
		err = fmt.Errorf("%q is not a flag; flags begin with --", rest[0])
	}
	p.operand = word
	var cfg config.Config
	if err == nil {
		cfg, err = settings.Load(p.env)
	}
	if err != nil {
		fmt.Fprintf(p.err, "orderflow %s: %s\nSee orderflow %s --help\n",
			c.name, indent(err.Error()), c.name)
		return exitUsage
	}
	switch err := act(ctx, p, cfg); {
	case err == nil:
		return exitOK
	case !errors.Is(err, errReported):
		fmt.Fprintf(p.err, "orderflow %s: %s\n", c.name, indent(err.Error()))
	}
	return exitFailed
}

// indent formats several errors below the command's name.
func indent(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	return "\n  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// help writes the first steps and the list of commands.
func (p *program) help(w io.Writer) {
	var list strings.Builder
	for _, c := range commands() {
		fmt.Fprintf(&list, "  %s\t%s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "Orderflow is an order system with a GraphQL API: quote, place, pay, refund.\n\n"+
		"Try it, on an embedded database in ./data and with demo data:\n\n"+
		"  orderflow serve --demo\n\n"+
		"Then open the address that it prints, or call it with one of the tokens that it prints.\n\n"+
		"Commands:\n")
	columns(w, list.String())
	fmt.Fprint(w, "\norderflow COMMAND --help shows more. "+
		"Every setting is a flag or an environment variable,\n"+
		"--database or ORDERFLOW_DATABASE; orderflow config shows them all.\n")
}

// help writes the description of a command, its own flags and, where they matter, the settings.
func (c command) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage: orderflow %s\n\n%s\n",
		c.summary, strings.Join(strings.Fields(c.name+" "+c.operand+" "+c.args+" [settings]"), " "),
		strings.TrimSpace(c.description))
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.bind(fs)
	if c.settings {
		fmt.Fprintln(w)
		_ = config.Usage(w, fs)
		return
	}
	var own strings.Builder
	fs.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(&own, "  --%s\t%s\n", f.Name, f.Usage)
	})
	if own.Len() > 0 {
		fmt.Fprint(w, "\nFlags:\n")
		columns(w, own.String())
	}
	fmt.Fprint(w, "\nSettings, such as --database, work here too; "+
		"orderflow config --help lists them.\n")
}

func columns(w io.Writer, text string) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, text)
	_ = table.Flush()
}

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
	succeeded = 0
	failed    = 1
	misused   = 2
)

// program is one run of the command line.
type program struct {
	out, err io.Writer
	env      func(string) (string, bool)
}

// command is one word of the command line.
type command struct {
	name    string
	first   string // the word that must follow the name; mostly none
	args    string // its own flags, as the usage line shows them
	summary string // for the list of commands
	about   string // for its help: what it does and when to use it
	// settings lists every setting in the command's help; all commands take them.
	settings bool
	// bind adds the command's own flags and returns what runs once they are parsed.
	bind func(fs *flag.FlagSet) action
}

// action runs a command. Its error is printed; errReported is not.
type action func(ctx context.Context, p *program, cfg config.Config) error

// errReported ends a command whose output tells already why it failed.
var errReported = errors.New("reported")

// commands lists every command in the order of the help.
func commands() []command {
	return []command{
		serveCommand(), migrateCommand(), seedCommand(), tokenCommand(), verifyCommand(),
		configCommand(), schemaCommand(), benchCommand(),
	}
}

// run runs the command that args name and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.help(p.err)
		return misused
	}
	name, args := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		p.help(p.out)
		return succeeded
	case "help":
		if len(args) == 0 {
			p.help(p.out)
			return succeeded
		}
		name, args = args[0], []string{"--help"}
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		fmt.Fprintf(p.err, "orderflow: there is no command %q; orderflow --help lists them\n", name)
		return misused
	}
	return p.do(ctx, all[i], args)
}

func (p *program) do(ctx context.Context, c command, args []string) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	act := c.bind(fs)
	settings := config.Bind(fs)
	word := ""
	if c.first != "" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		word, args = args[0], args[1:]
	}
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		c.help(p.out)
		return succeeded
	}
	if err == nil && word != c.first {
		err = fmt.Errorf("write orderflow %s %s", c.name, c.first)
	}
	if err == nil && fs.NArg() > 0 {
		err = fmt.Errorf("%q is not a flag; flags begin with --", fs.Arg(0))
	}
	var cfg config.Config
	if err == nil {
		cfg, err = settings.Load(p.env)
	}
	if err != nil {
		fmt.Fprintf(p.err, "orderflow %s: %s\nSee orderflow %s --help\n",
			c.name, indent(err.Error()), c.name)
		return misused
	}
	switch err := act(ctx, p, cfg); {
	case err == nil:
		return succeeded
	case !errors.Is(err, errReported):
		fmt.Fprintf(p.err, "orderflow %s: %s\n", c.name, indent(err.Error()))
	}
	return failed
}

// indent sets several errors below the command's name.
func indent(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	return "\n  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// help writes what a newcomer needs first.
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
	fmt.Fprint(w, "\norderflow COMMAND --help tells more. "+
		"Every setting is a flag or an environment variable,\n"+
		"--database or ORDERFLOW_DATABASE; orderflow config shows them all.\n")
}

// help writes what a command does, its own flags and, where they matter, the settings.
func (c command) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage: orderflow %s\n\n%s\n",
		c.summary, strings.Join(strings.Fields(c.name+" "+c.first+" "+c.args+" [settings]"), " "),
		strings.TrimSpace(c.about))
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

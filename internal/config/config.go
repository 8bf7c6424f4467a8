package config

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"
)

// Env is the environment that the server runs in.
type Env string

// The environments.
const (
	Development Env = "development"
	Production  Env = "production"
)

// Source is where a setting's value comes from.
type Source string

// The sources, the weakest first.
const (
	FromDefault     Source = "default"
	FromEnvironment Source = "environment"
	FromFlag        Source = "flag"
)

// Config is the settings of one server, checked.
type Config struct {
	Env         Env
	Database    string // sqlite:path or mysql:DSN
	Listen      string
	AdminListen string // pprof, counters
	LogLevel    slog.Level

	CountStatements bool // of the database, for AdminListen
	MaxConnections  int  // to the database
	Drain           time.Duration

	TokenSecret string // HS256; empty when JWKSURL is set
	JWKSURL     string
	Issuer      string
	Audience    string

	TokenLifetime time.Duration // the longest that is accepted

	SealKeys string // for seal.ParseKeyring
	BlindKey string // for seal.ParseBlind

	Introspection  bool
	GraphiQL       bool
	AllowedOrigins []string // besides the server's own
	TrustedProxies []netip.Prefix
	RequestRate    int // requests of one viewer a second
	MaxLines       int // of one order
	MaxQuantity    int // of one line
	OutsideAlone   int // minor units of a refund that one person may end as paid outside
	AddressDays    int // that staff see a receiver after a sub-order is over

	SandboxURL    string // empty: the peer runs inside this server
	SandboxSecret string
	SandboxState  string // file of the peer's state
	CourierURL    string // of the sandbox courier; empty: it runs inside this server

	Carriers string // file of carriers besides those that are built in; empty: none

	// ExposeDevelopment lets a development server listen on other than loopback addresses.
	ExposeDevelopment bool

	Migrate bool
	Demo    bool

	rows []row
}

// row is one setting as it was resolved, for Print.
type row struct {
	setting *setting
	text    string
	source  Source
}

// Sandbox reports whether the sandbox channel exists.
func (c *Config) Sandbox() bool { return c.Env == Development }

// SimulatedClock reports whether business time may be set.
func (c *Config) SimulatedClock() bool { return c.Env == Development }

// DevelopmentTokens reports whether this server issues tokens to anybody.
func (c *Config) DevelopmentTokens() bool { return c.Env == Development && c.TokenSecret != "" }

// Loader holds the flags of a command until its arguments are parsed.
type Loader struct {
	flags map[string]*flagText
}

// Bind adds a flag for every setting to a command's own flags.
func Bind(fs *flag.FlagSet) *Loader {
	l := &Loader{flags: make(map[string]*flagText, len(settings))}
	for i := range settings {
		s := &settings[i]
		text := &flagText{boolean: s.boolean}
		l.flags[s.name] = text
		fs.Var(text, s.name, s.usage)
	}
	return l
}

// Load resolves and checks every setting, once the flags are parsed. An empty environment variable
// is an unset one. The error lists all problems.
func (l *Loader) Load(env func(string) (string, bool)) (Config, error) {
	c := Config{Env: Development}
	var problems []error
	for i := range settings {
		s := &settings[i]
		text, source := l.resolve(s, env, &c)
		if err := s.set(&c, text); err != nil {
			problems = append(problems, fmt.Errorf("%s (from %s): %w", s.variable(), source, err))
		}
		c.rows = append(c.rows, row{setting: s, text: text, source: source})
	}
	problems = append(problems, c.check()...)
	return c, errors.Join(problems...)
}

// resolve finds a setting's text. Settings on which the defaults of others depend come first in the
// table, so before holds them.
func (l *Loader) resolve(
	s *setting, env func(string) (string, bool), before *Config,
) (string, Source) {
	if text := l.flags[s.name]; text.given {
		return text.text, FromFlag
	}
	if text, _ := env(s.variable()); text != "" {
		return text, FromEnvironment
	}
	if s.when == nil || s.when(before) {
		return s.standard, FromDefault
	}
	if s.boolean {
		return "false", FromDefault
	}
	return "", FromDefault
}

// flagText is a flag that keeps its text; it is read together with the other sources.
type flagText struct {
	text    string
	given   bool
	boolean bool
}

func (f *flagText) String() string { return f.text }

func (f *flagText) Set(text string) error {
	f.text, f.given = strings.TrimSpace(text), true
	return nil
}

// IsBoolFlag makes --demo mean --demo=true.
func (f *flagText) IsBoolFlag() bool { return f.boolean }

package config

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderflow/internal/seal"
)

// Published secrets; check refuses them in production.
const (
	developmentTokenSecret   = "orderflow development token secret, never for production"
	developmentSandboxSecret = "orderflow development sandbox secret"
)

const maxTokenLifetime = 30 * 24 * time.Hour

// setting is one row of the table that drives flags, variables, checks of form, help and print.
type setting struct {
	name     string // the flag; the variable is derived from it
	usage    string
	standard string
	when     func(*Config) bool // the default holds only then, else it is empty; nil is always
	boolean  bool
	show     func(string) string // hides what is secret; nil shows all
	set      func(*Config, string) error
}

func (s *setting) variable() string {
	return "ORDERFLOW_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

func (s *setting) shown(text string) string {
	if s.show == nil || text == "" {
		return text
	}
	return s.show(text)
}

var settings = []setting{
	{name: "env", usage: "development or production", standard: string(Development), set: setEnv},
	{
		name: "database", usage: "sqlite:PATH or mysql:DSN (user:password@tcp(host:3306)/name)",
		standard: "sqlite:data/orderflow.db", show: hideDSN,
		set: text(func(c *Config) *string { return &c.Database }),
	},
	{
		name: "listen", usage: "public address", standard: "127.0.0.1:8080",
		set: text(func(c *Config) *string { return &c.Listen }),
	},
	{
		name: "admin-listen", usage: "private address: pprof, counters",
		standard: "127.0.0.1:9090", set: text(func(c *Config) *string { return &c.AdminListen }),
	},
	{
		name: "count-statements", usage: "count what the database is sent and returns, " +
			"at /debug/database of the private address",
		standard: "false", boolean: true,
		set: truth(func(c *Config) *bool { return &c.CountStatements }),
	},
	{
		name: "log-level", usage: "debug, info, warn or error", standard: "info", set: setLogLevel,
	},
	{
		name: "jwks-url", usage: "key set of the token issuer (RS256, ES256)", show: hideURL,
		set: text(func(c *Config) *string { return &c.JWKSURL }),
	},
	{
		name: "issuer", usage: "the tokens' claim iss; needed with the key set",
		set: text(func(c *Config) *string { return &c.Issuer }),
	},
	{
		name: "audience", usage: "the tokens' claim aud; needed with the key set",
		set: text(func(c *Config) *string { return &c.Audience }),
	},
	{
		name: "token-secret", usage: "secret of HS256 tokens, at least 32 bytes, " +
			"in place of the key set; development has one",
		standard: developmentTokenSecret, show: hide,
		when: func(c *Config) bool { return inDevelopment(c) && c.JWKSURL == "" },
		set:  text(func(c *Config) *string { return &c.TokenSecret }),
	},
	{
		name: "token-lifetime", usage: "the longest lifetime of a token that is accepted",
		standard: "24h",
		set:      duration(maxTokenLifetime, func(c *Config) *time.Duration { return &c.TokenLifetime }),
	},
	{
		name: "seal-keys", usage: "keys of personal data, id:base64,…; the first seals, all open",
		standard: seal.DevelopmentKeys(), when: inDevelopment, show: hideKeys,
		set: text(func(c *Config) *string { return &c.SealKeys }),
	},
	{
		name: "blind-key", usage: "key of the index over phone numbers, base64; never change it",
		standard: seal.DevelopmentBlindKey(), when: inDevelopment, show: hide,
		set: text(func(c *Config) *string { return &c.BlindKey }),
	},
	{
		name: "introspection", usage: "the schema can be queried; off in production", boolean: true,
		standard: "true", when: inDevelopment,
		set: truth(func(c *Config) *bool { return &c.Introspection }),
	},
	{
		name: "graphiql", usage: "GraphiQL at /; off in production", boolean: true,
		standard: "true", when: inDevelopment,
		set: truth(func(c *Config) *bool { return &c.GraphiQL }),
	},
	{
		name: "allowed-origins", usage: "other origins that may call from a browser, " +
			"such as https://shop.example,…", set: setOrigins,
	},
	{
		name: "trusted-proxies", usage: "addresses or networks whose X-Forwarded-For says who the " +
			"client is, such as 10.0.0.0/8,…", set: setProxies,
	},
	{
		name: "max-connections", usage: "to the database, of this server", standard: "20",
		set: number(4, 10_000, func(c *Config) *int { return &c.MaxConnections }),
	},
	{
		name: "drain", usage: "how long a server that is stopped says so before it stops, so that " +
			"load balancers notice; none in development",
		standard: "5s", when: inProduction,
		set: duration(time.Minute, func(c *Config) *time.Duration { return &c.Drain }),
	},
	{
		name: "request-rate", usage: "requests of one viewer a second", standard: "50",
		set: number(1, 100_000, func(c *Config) *int { return &c.RequestRate }),
	},
	{
		name: "max-lines", usage: "most lines of one order", standard: "1000",
		set: number(1, 10_000, func(c *Config) *int { return &c.MaxLines }),
	},
	{
		name: "max-quantity", usage: "most units of one line", standard: "100000",
		set: number(1, 10_000_000, func(c *Config) *int { return &c.MaxQuantity }),
	},
	{
		name: "outside-alone", usage: "up to which amount, in minor units, one person may end a " +
			"refund as paid outside the channel", standard: "100000",
		set: number(0, 1_000_000_000, func(c *Config) *int { return &c.OutsideAlone }),
	},
	{
		name: "address-days", usage: "for how many days after the end of a sub-order staff see " +
			"the name and street of its receiver, and its shop may open requests about it",
		standard: "30",
		set:      number(0, 3650, func(c *Config) *int { return &c.AddressDays }),
	},
	{
		name: "sandbox-url", usage: "a sandbox channel elsewhere; empty runs it inside",
		show: hideURL, set: text(func(c *Config) *string { return &c.SandboxURL }),
	},
	{
		name: "sandbox-secret", usage: "signs between the server and the sandbox channel and courier",
		standard: developmentSandboxSecret, when: inDevelopment, show: hide,
		set: text(func(c *Config) *string { return &c.SandboxSecret }),
	},
	{
		name: "sandbox-state", usage: "file where the sandbox channel inside keeps its books; " +
			"empty is one beside an embedded database",
		set: text(func(c *Config) *string { return &c.SandboxState }),
	},
	{
		name: "courier-url", usage: "a sandbox courier elsewhere, with the same secret; " +
			"empty runs it inside, with books beside the channel's",
		show: hideURL, set: text(func(c *Config) *string { return &c.CourierURL }),
	},
	{
		name: "carriers", usage: "file with carriers besides the built-in ones or in their place, " +
			"as JSON", set: text(func(c *Config) *string { return &c.Carriers }),
	},
	{
		name: "expose-development-to-everyone", usage: "let a development server, which gives every " +
			"token to anybody who asks, listen on other than loopback addresses", boolean: true,
		standard: "false", set: truth(func(c *Config) *bool { return &c.ExposeDevelopment }),
	},
	{
		name: "migrate", usage: "change the schema of a MySQL database at start", boolean: true,
		standard: "false", set: truth(func(c *Config) *bool { return &c.Migrate }),
	},
	{
		name: "demo", usage: "seed demo data at start", boolean: true,
		standard: "false", set: truth(func(c *Config) *bool { return &c.Demo }),
	},
}

func inDevelopment(c *Config) bool { return c.Env == Development }

func inProduction(c *Config) bool { return c.Env == Production }

func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, text string) error {
		*field(c) = text
		return nil
	}
}

func truth(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, text string) error {
		value, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*field(c) = value
		return nil
	}
}

func number(low, high int, field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, text string) error {
		value, err := strconv.Atoi(text)
		if err != nil || value < low || value > high {
			return fmt.Errorf("%q is not a whole number between %d and %d", text, low, high)
		}
		*field(c) = value
		return nil
	}
}

// duration is at most most; empty is none.
func duration(
	most time.Duration, field func(*Config) *time.Duration,
) func(*Config, string) error {
	return func(c *Config, text string) error {
		if text == "" {
			*field(c) = 0
			return nil
		}
		value, err := time.ParseDuration(text)
		if err != nil || value < 0 || value > most {
			return fmt.Errorf("%q is not a time such as 5s of at most %s", text, most)
		}
		*field(c) = value
		return nil
	}
}

func setEnv(c *Config, text string) error {
	switch env := Env(text); env {
	case Development, Production:
		c.Env = env
		return nil
	}
	return fmt.Errorf("%q is neither %s nor %s", text, Development, Production)
}

func setLogLevel(c *Config, text string) error {
	if slices.Contains([]string{"debug", "info", "warn", "error"}, strings.ToLower(text)) {
		return c.LogLevel.UnmarshalText([]byte(text))
	}
	return fmt.Errorf("%q is none of debug, info, warn, error", text)
}

func setOrigins(c *Config, text string) error {
	for origin := range strings.SplitSeq(text, ",") {
		origin = strings.TrimSpace(origin)
		if origin == "" {
			continue
		}
		scheme, host, found := strings.Cut(origin, "://")
		if !found || scheme == "" || host == "" || strings.ContainsAny(host, "/*?#@ ") {
			return errors.New("write each origin as scheme://host or scheme://host:port, " +
				"separated by commas")
		}
		c.AllowedOrigins = append(c.AllowedOrigins, strings.ToLower(origin))
	}
	return nil
}

func setProxies(c *Config, text string) error {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		network, err := netip.ParsePrefix(part)
		if address, other := netip.ParseAddr(part); other == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return errors.New("write addresses or networks such as 10.0.0.0/8, separated by commas")
		}
		c.TrustedProxies = append(c.TrustedProxies, network.Masked())
	}
	return nil
}

package config_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"orderflow/internal/config"
	"orderflow/internal/seal"
)

const (
	sealKey  = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
	blindKey = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
	secret   = "correct horse battery staple, twice"
)

type env map[string]string

func (e env) lookup(name string) (string, bool) {
	text, found := e[name]
	return text, found
}

// production returns the variables of a server that starts, changed by pairs of name and value.
func production(pairs ...string) env {
	e := env{
		"ORDERFLOW_ENV":       "production",
		"ORDERFLOW_JWKS_URL":  "https://id.example/keys",
		"ORDERFLOW_ISSUER":    "https://id.example",
		"ORDERFLOW_AUDIENCE":  "orderflow",
		"ORDERFLOW_SEAL_KEYS": "k1:" + sealKey,
		"ORDERFLOW_BLIND_KEY": blindKey,
	}
	for i := 0; i < len(pairs); i += 2 {
		e[pairs[i]] = pairs[i+1]
	}
	return e
}

func load(t *testing.T, e env, args ...string) config.Config {
	t.Helper()
	c, _, err := read(e.lookup, args)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read reads the settings of a program that has no other flags, and returns the arguments that are
// none.
func read(
	env func(string) (string, bool), args []string,
) (config.Config, []string, error) {
	fs := flag.NewFlagSet("orderflow", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	loader := config.Bind(fs)
	if err := fs.Parse(args); err != nil {
		return config.Config{}, nil, err
	}
	c, err := loader.Load(env)
	return c, fs.Args(), err
}

func TestDevelopmentNeedsNothing(t *testing.T) {
	t.Parallel()
	c := load(t, nil)
	if c.Env != config.Development || c.Database != "sqlite:data/orderflow.db" ||
		c.Listen != "127.0.0.1:8080" || c.AdminListen != "127.0.0.1:9090" ||
		c.MaxLines != 1000 || c.MaxQuantity != 100_000 || c.LogLevel != slog.LevelInfo ||
		c.Migrate || c.Demo {
		t.Errorf("got %+v", c)
	}
	if !c.Introspection || !c.GraphiQL || !c.Sandbox() || !c.SimulatedClock() ||
		!c.DevelopmentTokens() || c.SandboxSecret == "" || len(c.TokenSecret) < 32 {
		t.Error("something of development is off")
	}
	if _, err := seal.ParseKeyring(c.SealKeys); err != nil {
		t.Error(err)
	}
}

func TestProductionTurnsOff(t *testing.T) {
	t.Parallel()
	c := load(t, production())
	if c.Introspection || c.GraphiQL || c.Sandbox() || c.SimulatedClock() || c.DevelopmentTokens() {
		t.Errorf("something of development is on: %+v", c)
	}
	if c.TokenSecret != "" || c.SandboxSecret != "" {
		t.Error("a published secret stayed")
	}
	asked := load(t, production("ORDERFLOW_INTROSPECTION", "true"), "--graphiql")
	if !asked.Introspection || !asked.GraphiQL {
		t.Error("introspection and GraphiQL did not come when set")
	}
	own := load(t, production("ORDERFLOW_JWKS_URL", "", "ORDERFLOW_TOKEN_SECRET", secret))
	if own.TokenSecret != secret || own.DevelopmentTokens() {
		t.Errorf("with a strong secret of one's own: %+v", own)
	}
}

func TestDevelopmentWithKeySetMakesNoTokens(t *testing.T) {
	t.Parallel()
	c := load(t, env{
		"ORDERFLOW_JWKS_URL": "http://127.0.0.1:9000/keys", "ORDERFLOW_ISSUER": "i",
		"ORDERFLOW_AUDIENCE": "a",
	})
	if c.TokenSecret != "" || c.DevelopmentTokens() {
		t.Errorf("the published secret is believed beside the key set: %+v", c)
	}
}

func TestFlagBeatsVariableBeatsDefault(t *testing.T) {
	t.Parallel()
	e := env{
		"ORDERFLOW_LISTEN": "127.0.0.1:1", "ORDERFLOW_ADMIN_LISTEN": "127.0.0.1:2",
		"ORDERFLOW_DATABASE": "", "ORDERFLOW_DEMO": "true",
		"ORDERFLOW_ALLOWED_ORIGINS": "https://Shop.example, weapp://wechat-game-runtime",
	}
	c, rest, err := read(e.lookup,
		[]string{"--listen", "127.0.0.1:3", "--migrate", "--demo=false", "one", "--two"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || c.AdminListen != "127.0.0.1:2" || !c.Migrate || c.Demo ||
		c.Database != "sqlite:data/orderflow.db" {
		t.Errorf("got %+v", c)
	}
	if !slices.Equal(c.AllowedOrigins,
		[]string{"https://shop.example", "weapp://wechat-game-runtime"}) {
		t.Errorf("origins %q", c.AllowedOrigins)
	}
	if !slices.Equal(rest, []string{"one", "--two"}) {
		t.Errorf("rest %q", rest)
	}
	lines := printed(t, c)
	for variable, source := range map[string]string{
		"ORDERFLOW_LISTEN": "flag", "ORDERFLOW_ADMIN_LISTEN": "environment",
		"ORDERFLOW_DATABASE": "default", "ORDERFLOW_MIGRATE": "flag", "ORDERFLOW_DEMO": "flag",
	} {
		if fields := lines[variable]; len(fields) != 3 || fields[2] != source {
			t.Errorf("%s: %q, want the source %s", variable, fields, source)
		}
	}
}

func printed(t *testing.T, c config.Config) map[string][]string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	lines := map[string][]string{}
	for line := range strings.Lines(b.String()) {
		if fields := strings.Fields(line); len(fields) > 0 {
			lines[fields[0]] = fields
		}
	}
	return lines
}

func TestPrintMasksSecrets(t *testing.T) {
	t.Parallel()
	c := load(t, env{
		"ORDERFLOW_DATABASE":       "mysql:shop:p@ss:w/rd@tcp(db:3306)/orders?x=y",
		"ORDERFLOW_TOKEN_SECRET":   secret,
		"ORDERFLOW_SEAL_KEYS":      "k2:" + sealKey + ", k1:" + blindKey,
		"ORDERFLOW_BLIND_KEY":      blindKey,
		"ORDERFLOW_SANDBOX_URL":    "http://me:hunter2@peer:1",
		"ORDERFLOW_SANDBOX_SECRET": "sandbox-password",
		"ORDERFLOW_COURIER_URL":    "http://peer/a%20b?key=hunter2#hunter2",
	})
	lines := printed(t, c)
	for variable, want := range map[string]string{
		"ORDERFLOW_DATABASE":       "mysql:shop:****@tcp(db:3306)/orders?x=y",
		"ORDERFLOW_TOKEN_SECRET":   "****",
		"ORDERFLOW_SEAL_KEYS":      "k2:****,k1:****",
		"ORDERFLOW_BLIND_KEY":      "****",
		"ORDERFLOW_SANDBOX_URL":    "http://****@peer:1",
		"ORDERFLOW_COURIER_URL":    "http://peer/a%20b?****",
		"ORDERFLOW_SANDBOX_SECRET": "****",
		"ORDERFLOW_JWKS_URL":       "-",
	} {
		if fields := lines[variable]; len(fields) != 3 || fields[1] != want {
			t.Errorf("%s: %q, want %q", variable, fields, want)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	_, developmentKey, _ := strings.Cut(seal.DevelopmentKeys(), ":")
	const published = "orderflow development token secret, never for production"
	for _, c := range []struct {
		name string
		env  env
		want string
	}{
		{"env", env{"ORDERFLOW_ENV": "prod"}, "ORDERFLOW_ENV (from environment)"},
		{"database", env{"ORDERFLOW_DATABASE": "postgres://x"}, "ORDERFLOW_DATABASE"},
		{"empty database", env{"ORDERFLOW_DATABASE": "mysql:"}, "ORDERFLOW_DATABASE"},
		{"listen", env{"ORDERFLOW_LISTEN": "8080"}, "ORDERFLOW_LISTEN"},
		{"port", env{"ORDERFLOW_LISTEN": ":70000"}, "ORDERFLOW_LISTEN"},
		{"one address", env{"ORDERFLOW_ADMIN_LISTEN": "127.0.0.1:8080"}, "must differ"},
		{"level", env{"ORDERFLOW_LOG_LEVEL": "loud"}, "ORDERFLOW_LOG_LEVEL"},
		{"lines", env{"ORDERFLOW_MAX_LINES": "0"}, "between 1 and 10000"},
		{"quantity", env{"ORDERFLOW_MAX_QUANTITY": "many"}, "ORDERFLOW_MAX_QUANTITY"},
		{"boolean", env{"ORDERFLOW_DEMO": "perhaps"}, "neither true nor false"},
		{"any origin", env{"ORDERFLOW_ALLOWED_ORIGINS": "*"}, "scheme://host"},
		{"origin with path", env{"ORDERFLOW_ALLOWED_ORIGINS": "https://a/b"}, "scheme://host"},
		{"sandbox", env{"ORDERFLOW_SANDBOX_URL": "peer"}, "ORDERFLOW_SANDBOX_URL"},
		{"weak secret", env{"ORDERFLOW_TOKEN_SECRET": strings.Repeat("ab", 20)}, "too weak"},
		{"seal keys", env{"ORDERFLOW_SEAL_KEYS": "x"}, "id:base64"},
		{"blind key", env{"ORDERFLOW_BLIND_KEY": "x"}, "openssl rand"},
		{"key set alone", env{"ORDERFLOW_JWKS_URL": "http://a"}, "ORDERFLOW_AUDIENCE: set"},
		{"two ways", production("ORDERFLOW_TOKEN_SECRET", secret), "one way only"},
		{"no way", production("ORDERFLOW_JWKS_URL", ""), "ORDERFLOW_JWKS_URL: set"},
		{"plain http", production("ORDERFLOW_JWKS_URL", "http://id.example"), "needs https"},
		{"published secret", production("ORDERFLOW_JWKS_URL", "",
			"ORDERFLOW_TOKEN_SECRET", published), "TOKEN_SECRET: everybody knows"},
		{"no seal keys", production("ORDERFLOW_SEAL_KEYS", ""), "ORDERFLOW_SEAL_KEYS: set"},
		{"published seal key", production("ORDERFLOW_SEAL_KEYS", "k1:"+developmentKey),
			"SEAL_KEYS: everybody knows"},
		{"no blind key", production("ORDERFLOW_BLIND_KEY", ""), "ORDERFLOW_BLIND_KEY: set"},
		{"published blind key", production("ORDERFLOW_BLIND_KEY", seal.DevelopmentBlindKey()),
			"BLIND_KEY: everybody knows"},
		{"sandbox in production", production("ORDERFLOW_SANDBOX_URL", "http://peer"),
			"no sandbox channel"},
		{"no issuer in production", production("ORDERFLOW_JWKS_URL", "",
			"ORDERFLOW_TOKEN_SECRET", secret, "ORDERFLOW_ISSUER", ""), "ORDERFLOW_ISSUER: set"},
		{"no audience in production", production("ORDERFLOW_JWKS_URL", "",
			"ORDERFLOW_TOKEN_SECRET", secret, "ORDERFLOW_AUDIENCE", ""), "ORDERFLOW_AUDIENCE: set"},
		{"token lifetime", env{"ORDERFLOW_TOKEN_LIFETIME": "721h"}, "at most 720h"},
		{"no token lifetime", env{"ORDERFLOW_TOKEN_LIFETIME": "0s"}, "TOKEN_LIFETIME: write"},
		{"proxies", env{"ORDERFLOW_TRUSTED_PROXIES": "10.0.0.0/8, proxy"}, "addresses or networks"},
		{"exposed in production", production("ORDERFLOW_EXPOSE_DEVELOPMENT_TO_EVERYONE", "true"),
			"this is production"},
		{"demo in production", production("ORDERFLOW_DEMO", "1"), "no demo data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(c.env.lookup, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	e := env{
		"ORDERFLOW_ENV": "production", "ORDERFLOW_DATABASE": "?", "ORDERFLOW_MAX_LINES": "x",
		"ORDERFLOW_TOKEN_SECRET": "hunter2-hunter2",
	}
	_, _, err := read(e.lookup, []string{"--listen=x"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"DATABASE", "MAX_LINES", "TOKEN_SECRET", "LISTEN", "SEAL_KEYS",
		"BLIND_KEY"} {
		if !strings.Contains(err.Error(), "ORDERFLOW_"+name) {
			t.Errorf("%s is not told in: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the message shows a secret: %v", err)
	}
}

func TestCommandWithFlagsOfItsOwn(t *testing.T) {
	t.Parallel()
	fs := flag.NewFlagSet("token", flag.ContinueOnError)
	role := fs.String("role", "buyer", "who the token is for")
	loader := config.Bind(fs)
	if err := fs.Parse([]string{"--role", "support", "--max-lines", "7"}); err != nil {
		t.Fatal(err)
	}
	c, err := loader.Load(env{}.lookup)
	if err != nil || *role != "support" || c.MaxLines != 7 {
		t.Errorf("role %s, %d lines, %v", *role, c.MaxLines, err)
	}
	var help bytes.Buffer
	if err := config.Usage(&help, fs); err != nil {
		t.Fatal(err)
	}
	own, settings, found := strings.Cut(help.String(), "Settings")
	if !found || !strings.Contains(own, "--role") || strings.Contains(own, "--max-lines") ||
		strings.Contains(settings, "--role") || !strings.Contains(settings, "(default 1000)") ||
		strings.Contains(settings, "development token secret") {
		t.Errorf("help:\n%s", help.String())
	}
}

func TestHelpAndUnknownFlags(t *testing.T) {
	t.Parallel()
	if _, _, err := read(env{}.lookup, []string{"--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help gave %v", err)
	}
	_, _, err := read(env{}.lookup, []string{"--databse=x"})
	if err == nil || !strings.Contains(err.Error(), "databse") {
		t.Errorf("an unknown flag gave %v", err)
	}
}

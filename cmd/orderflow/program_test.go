package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderflow/internal/dbtest"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew")

// outcome is the result of one run of the command line.
type outcome struct {
	code     int
	out, err string
}

// command runs the program in this process, with variables as its whole environment.
func runProgram(t *testing.T, env map[string]string, args ...string) outcome {
	t.Helper()
	var out, err strings.Builder
	p := program{out: &out, err: &err, env: func(name string) (string, bool) {
		text, found := env[name]
		return text, found
	}}
	code := p.run(t.Context(), args)
	return outcome{code: code, out: out.String(), err: err.String()}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	arguments := map[string][]string{"orderflow": {"--help"}}
	for _, c := range commands() {
		arguments[c.name] = append(strings.Fields(c.name), "--help")
	}
	for name, args := range arguments {
		got := runProgram(t, nil, args...)
		if got.code != 0 || got.err != "" {
			t.Errorf("%v: exit code %d, errors %q", args, got.code, got.err)
		}
		golden := filepath.Join("testdata", strings.ReplaceAll(name, " ", "-")+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got.out), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got.out != string(want) {
			t.Errorf("%v: the help differs from %s; go test -update writes it anew:\n%s",
				args, golden, got.out)
		}
		words := append([]string{"help"}, args[:len(args)-1]...)
		if again := runProgram(t, nil, words...); again.out != got.out {
			t.Errorf("help %s gives another help", name)
		}
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
		want string
	}{
		"nothing":            {nil, nil, "Commands:"},
		"unknown command":    {[]string{"sevre"}, nil, `no command "sevre"`},
		"unknown flag":       {[]string{"serve", "--prot", "1"}, nil, "not defined: -prot"},
		"an argument":        {[]string{"config", "listen"}, nil, `"listen" is not a flag`},
		"nothing to measure": {[]string{"bench"}, nil, "write orderflow bench due"},
		"a bad setting":      {[]string{"serve", "--listen", "here"}, nil, "write host:port"},
		"development secrets in production": {
			[]string{"serve", "--database", "sqlite:none/x.db"},
			map[string]string{
				"ORDERFLOW_ENV":          "production",
				"ORDERFLOW_TOKEN_SECRET": "orderflow development token secret, never for production",
			}, "everybody knows this one",
		},
		"demo data in production": {
			[]string{"seed", "--demo", "--env", "production"}, nil, "production has no demo data",
		},
	} {
		got := runProgram(t, c.env, c.args...)
		if got.code != 2 || !strings.Contains(got.err, c.want) || got.out != "" {
			t.Errorf("%s: %+v, want exit code 2 and %q", name, got, c.want)
		}
	}
}

func TestMigrateSeedTokenVerify(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "orderflow.db")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"migrate", "--dry-run"}, 0, "missing "},
		{[]string{"migrate"}, 0, "applied "},
		{[]string{"migrate"}, 0, "up to date"},
		{[]string{"seed"}, 0, "nothing to do"},
		{[]string{"token", "--role", "merchant"}, 1, "there is no shop yet"},
		{[]string{"seed", "--demo"}, 0, "shops                3 made"},
		{[]string{"seed", "--demo"}, 0, "shops                0 made,   3 were there"},
		{[]string{"token", "--role", "merchant"}, 0, "ey"},
		{[]string{"token", "--role", "warehouse", "--shop", "tea,home"}, 0, "ey"},
		{[]string{"token", "--role", "merchant", "--shop", "coal"}, 1, `there is no shop "coal"`},
		{[]string{"token", "--role", "boss"}, 1, "say a role"},
		{[]string{"verify"}, 0, "0 failed"},
		{[]string{"verify", "--json"}, 0, `"ok": true`},
	} {
		args := append(c.args, "--database", database)
		got := runProgram(t, nil, args...)
		if got.code != c.code || !strings.Contains(got.out+got.err, c.want) {
			t.Errorf("%v: %+v, want exit code %d and %q", c.args, got, c.code, c.want)
		}
	}
}

func TestVerifyNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "orderflow.db")
	database := "sqlite:" + path
	if got := runProgram(t, nil, "seed", "--demo", "--database", database); got.code != 0 {
		t.Fatal(got.err)
	}
	db, err := openReady(t.Context(), loadConfig(t, "--database", database))
	if err != nil {
		t.Fatal(err)
	}
	broken := db.Client.Stock.Query().FirstX(t.Context())
	db.Client.Stock.UpdateOne(broken).AddOnHand(1).ExecX(t.Context())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := runProgram(t, nil, "verify", "--database", database)
	if got.code != 1 || !strings.Contains(got.out, broken.ID.String()) || got.err != "" {
		t.Errorf("%+v, want exit code 1 and the stock row %s", got, broken.ID)
	}
}

// Two processes of this program, or one on an embedded database, expire orders.
func TestBenchDue(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			servers := "2"
			if dialect == dbtest.SQLite {
				servers = "1"
			}
			got := runProgram(t, nil, "bench", "due", "--count", "50", "--servers", servers,
				"--database", dbtest.Name(t, dialect))
			if got.code != 0 || !strings.Contains(got.out, "closed once") ||
				!strings.Contains(got.out, "\n"+servers+"        50 ") {
				t.Errorf("%+v", got)
			}
		})
	}
	got := runProgram(t, nil, "bench", "due", "--servers", "2",
		"--database", "sqlite:"+filepath.Join(t.TempDir(), "bench.db"))
	if got.code != 1 || !strings.Contains(got.err, "an embedded database has one server") {
		t.Errorf("two servers on SQLite: %+v", got)
	}
}

// A process of this program serves, and this one measures it.
func TestBenchPlaceAndList(t *testing.T) {
	t.Parallel()
	for _, dialect := range dbtest.Dialects(t) {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "figures.json")
			for word, size := range map[string][]string{
				"place": {"--skus", "2"}, "list": {"--orders", "64"},
			} {
				got := runProgram(t, nil, append([]string{"bench", word}, append(size,
					"--database", dbtest.Name(t, dialect), "--clients", "2", "--rounds", "1",
					"--lasting", "20ms", "--json", file)...)...)
				if got.code != 0 || !strings.Contains(got.out, "\n"+word+" ") ||
					!strings.Contains(got.out, "1 : ") {
					t.Errorf("%s: %+v", word, got)
				}
				body, err := os.ReadFile(file)
				if err != nil || !strings.Contains(string(body), `"what": "`+word+`"`) {
					t.Errorf("%s: the file says %s, %v", word, body, err)
				}
			}
		})
	}
	for _, wrong := range [][]string{
		{"place", "--clients", "1,none"}, {"place", "--skus", "3"}, {"list", "--rounds", "0"},
		{"list", "--lasting", "0s"}, {"list", "--orders", "5"},
	} {
		got := runProgram(t, nil, append([]string{"bench"}, append(wrong, "--database",
			"sqlite:"+filepath.Join(t.TempDir(), "x.db"))...)...)
		if got.code != 1 || !strings.Contains(got.err, strings.TrimPrefix(wrong[1], "--")) {
			t.Errorf("%v: %+v", wrong, got)
		}
	}
}

func TestConfigMasksSecrets(t *testing.T) {
	t.Parallel()
	got := runProgram(t, map[string]string{"ORDERFLOW_LISTEN": "127.0.0.1:1"}, "config")
	if got.code != 0 || !strings.Contains(got.out, "127.0.0.1:1") ||
		strings.Contains(got.out, "never for production") {
		t.Errorf("%+v", got)
	}
}

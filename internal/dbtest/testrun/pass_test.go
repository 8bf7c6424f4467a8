package main

import (
	"slices"
	"testing"

	"orderflow/internal/dbtest/server"
)

func TestPasses(t *testing.T) {
	t.Parallel()
	srv := &server.Server{DSN: "dsn", Name: "MariaDB 1", Origin: "here"}
	for name, c := range map[string]struct {
		args []string
		only string
		want []pass
	}{
		"together": {[]string{"./x"}, "", []pass{
			{ground: "MariaDB 1 (here) and SQLite 3", dsn: "dsn", args: []string{"./x"}}}},
		"the race detector on the server alone": {[]string{"-race", "./x"}, "", []pass{
			{ground: "SQLite 3", only: "sqlite", args: []string{"./x"}},
			{ground: "MariaDB 1 (here) with the race detector", only: "mysql", dsn: "dsn",
				args: []string{"-vet=off", "-race", "./x"}}}},
		"one dialect": {[]string{"-race", "./x"}, "mysql", []pass{
			{ground: "MariaDB 1 (here)", only: "mysql", dsn: "dsn",
				args: []string{"-race", "./x"}}}},
	} {
		got := passes(c.args, c.only, "SQLite 3", srv)
		if !slices.EqualFunc(got, c.want, func(a, b pass) bool {
			return a.ground == b.ground && a.only == b.only && a.dsn == b.dsn &&
				slices.Equal(a.args, b.args)
		}) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

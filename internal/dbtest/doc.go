// Package dbtest gives every test a database of its own: on the real MySQL or MariaDB of the test
// run, and on SQLite.
//
// The server itself is found or started once per run by the command testrun (`make test`), which
// names it to the tests in ORDERFLOW_TEST_MYSQL. A plain `go test` without that variable runs on
// SQLite alone.
package dbtest

// Package dbtest gives every test a database of its own: on the real MySQL or MariaDB of the test
// run, and on SQLite.
//
// The server itself is found or started once per run by the command testrun (`make test`), which
// names it to the tests in ORDERFLOW_TEST_MYSQL. A plain `go test` without that variable runs on
// SQLite alone. ORDERFLOW_TEST_ONLY (sqlite or mysql) keeps a run to one dialect.
//
// It also owns the sizes of long tests: as usual, or in full where ORDERFLOW_TEST_SOAK is 1.
package dbtest

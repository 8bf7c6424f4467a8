// Package server finds or starts the one real MySQL or MariaDB server of a test run.
//
// It owns the server's lifetime and makes empty databases on it; what is in them is package
// dbtest's. It imports nothing of orderflow but its own helper, so a test run starts even when the
// rest does not compile.
//
// A private server lives in a temporary folder, in memory where there is room, listens on loopback
// only, requires a random password, keeps nothing and does not outlive its process.
package server

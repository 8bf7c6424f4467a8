// Package config reads the settings of the server: a flag, else the environment variable of the
// same name (--jwks-url and ORDERFLOW_JWKS_URL), else a default that suits the environment.
//
// It owns the names, the defaults, the checks and how settings are shown. It opens nothing and
// keeps nothing global.
//
// Invariants: every setting is one row of the table in settings.go; all problems are reported
// together, each with what to do; no message and no print shows a secret; production starts with no
// secret that is published here, and never has the sandbox channel, the simulated clock or
// development tokens; a development server is on loopback addresses, unless it is forced.
package config

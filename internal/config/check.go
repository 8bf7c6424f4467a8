package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"orderflow/internal/seal"
)

const (
	minSecret      = 32
	minSecretBytes = 8 // different bytes in a secret

	minTokenLifetime = time.Minute
)

// check validates settings beyond their form, and combinations of them.
func (c *Config) check() []error {
	var p problems
	c.checkPlaces(&p)
	c.checkTokens(&p)
	c.checkKeys(&p)
	c.checkSandbox(&p)
	return p
}

type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

func (c *Config) checkPlaces(p *problems) {
	kind, place, _ := strings.Cut(c.Database, ":")
	if (kind != "sqlite" && kind != "mysql") || place == "" {
		p.add("ORDERFLOW_DATABASE: write sqlite:PATH or mysql:DSN")
	}
	c.checkAddress(p, "ORDERFLOW_LISTEN", c.Listen)
	c.checkAddress(p, "ORDERFLOW_ADMIN_LISTEN", c.AdminListen)
	if c.Listen == c.AdminListen && !strings.HasSuffix(c.Listen, ":0") {
		p.add("ORDERFLOW_ADMIN_LISTEN: must differ from ORDERFLOW_LISTEN; " +
			"pprof is private")
	}
}

func (c *Config) checkAddress(p *problems, name, address string) {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		p.add("%s: write host:port, such as 127.0.0.1:8080, not %q", name, address)
	} else if c.Env == Development && !c.ExposeDevelopment && !loopback(host) {
		p.add("%s: a development server gives every token to anybody who asks, so it listens on "+
			"loopback addresses alone, such as 127.0.0.1; ORDERFLOW_EXPOSE_DEVELOPMENT_TO_EVERYONE "+
			"forces it", name)
	}
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback() || host == "localhost"
}

func (c *Config) checkTokens(p *problems) {
	if c.TokenLifetime < minTokenLifetime {
		p.add("ORDERFLOW_TOKEN_LIFETIME: write at least %s", minTokenLifetime)
	}
	c.checkClaims(p)
	switch {
	case c.JWKSURL != "" && c.TokenSecret != "":
		p.add("ORDERFLOW_TOKEN_SECRET: unset it, or unset ORDERFLOW_JWKS_URL; " +
			"tokens are believed in one way only")
	case c.JWKSURL != "":
		if err := checkURL(c.JWKSURL, c.Env == Production); err != nil {
			p.add("ORDERFLOW_JWKS_URL: %w", err)
		}
	case c.TokenSecret == "" && c.Env == Production:
		p.add("ORDERFLOW_JWKS_URL: set the key set of your token issuer, " +
			"or a strong ORDERFLOW_TOKEN_SECRET")
	case c.TokenSecret == "":
		p.add("ORDERFLOW_TOKEN_SECRET: must not be empty")
	case c.TokenSecret == developmentTokenSecret && c.Env == Production:
		p.add("ORDERFLOW_TOKEN_SECRET: everybody knows this one; make one with: " +
			"openssl rand -base64 32")
	case !strong(c.TokenSecret):
		p.add("ORDERFLOW_TOKEN_SECRET: too weak, it needs %d bytes that nobody can guess; "+
			"make one with: openssl rand -base64 32", minSecret)
	}
}

// checkClaims wants the claims named by which tokens of others, or for others, are told apart.
func (c *Config) checkClaims(p *problems) {
	if c.JWKSURL == "" && c.Env != Production {
		return
	}
	if c.Issuer == "" {
		p.add("ORDERFLOW_ISSUER: set the claim iss of your issuer's tokens; " +
			"production and ORDERFLOW_JWKS_URL need it")
	}
	if c.Audience == "" {
		p.add("ORDERFLOW_AUDIENCE: set the claim aud of the tokens for this server; " +
			"production and ORDERFLOW_JWKS_URL need it")
	}
}

func (c *Config) checkKeys(p *problems) {
	const how = "make one with: openssl rand -base64 32"
	if ring, err := seal.ParseKeyring(c.SealKeys); c.SealKeys == "" {
		p.add("ORDERFLOW_SEAL_KEYS: set k1:KEY; %s", how)
	} else if err != nil {
		p.add("ORDERFLOW_SEAL_KEYS: %w", err)
	} else if c.Env == Production && ring.Development() {
		p.add("ORDERFLOW_SEAL_KEYS: everybody knows the development key; %s", how)
	}
	if blind, err := seal.ParseBlind(c.BlindKey); c.BlindKey == "" {
		p.add("ORDERFLOW_BLIND_KEY: set a key; %s", how)
	} else if err != nil {
		p.add("ORDERFLOW_BLIND_KEY: %w", err)
	} else if c.Env == Production && blind.Development() {
		p.add("ORDERFLOW_BLIND_KEY: everybody knows the development key; %s", how)
	}
}

// checkSandbox refuses settings that production would silently ignore.
func (c *Config) checkSandbox(p *problems) {
	if c.Env != Production {
		if err := checkURL(c.SandboxURL, false); c.SandboxURL != "" && err != nil {
			p.add("ORDERFLOW_SANDBOX_URL: %w", err)
		}
		if err := checkURL(c.CourierURL, false); c.CourierURL != "" && err != nil {
			p.add("ORDERFLOW_COURIER_URL: %w", err)
		}
		if c.SandboxSecret == "" {
			p.add("ORDERFLOW_SANDBOX_SECRET: must not be empty")
		}
		return
	}
	if c.SandboxURL != "" || c.SandboxSecret != "" || c.SandboxState != "" {
		p.add("ORDERFLOW_SANDBOX_URL, _SECRET, _STATE: unset them; " +
			"production has no sandbox channel")
	}
	if c.CourierURL != "" {
		p.add("ORDERFLOW_COURIER_URL: unset it; production has no sandbox courier")
	}
	if c.ExposeDevelopment {
		p.add("ORDERFLOW_EXPOSE_DEVELOPMENT_TO_EVERYONE: unset it; this is production")
	}
	if c.Demo {
		p.add("ORDERFLOW_DEMO: unset it; production has no demo data")
	}
}

func checkURL(text string, secure bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("write a whole URL, such as https://host/path")
	case secure && u.Scheme != "https":
		return errors.New("production needs https")
	}
	return nil
}

func strong(secret string) bool {
	seen := map[byte]bool{}
	for i := range len(secret) {
		seen[secret[i]] = true
	}
	return len(secret) >= minSecret && len(seen) >= minSecretBytes
}

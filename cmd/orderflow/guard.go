package main

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// guarded protects what asks for no token, in development, from pages of other sites. A name that
// somebody lets resolve to this server's address is refused by its Host; a page of another origin
// that calls an address of this server, by its Origin or what the browser says of it.
func (a *App) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.knownHost(r.Host) {
			http.Error(w, "this server is asked by its address or as localhost", http.StatusForbidden)
			return
		}
		if !a.knownPage(r) {
			http.Error(w, "pages of other origins may not do this", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost reports whether no name stands between the client and the address that it called:
// addresses and localhost resolve to nothing else. Allowed origins name their hosts.
func (a *App) knownHost(host string) bool {
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if _, err := netip.ParseAddr(name); err == nil || strings.EqualFold(name, "localhost") {
		return true
	}
	return slices.ContainsFunc(a.Config.AllowedOrigins, func(origin string) bool {
		u, err := url.Parse(origin)
		return err == nil && strings.EqualFold(u.Host, host)
	})
}

// knownPage reports whether the request is of this server's own pages, of an allowed origin, of
// somebody who follows a link to a page, or of no browser.
func (a *App) knownPage(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err == nil && strings.EqualFold(u.Host, r.Host) ||
			slices.Contains(a.Config.AllowedOrigins, strings.ToLower(origin))
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Header.Get("Sec-Fetch-Dest") == "document" && r.Method == http.MethodGet
}

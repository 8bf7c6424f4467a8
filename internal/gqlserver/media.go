package gqlserver

import (
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

const (
	mediaJSON      = "application/json"
	mediaGraphQL   = "application/graphql-response+json"
	mediaEvents    = "text/event-stream"
	anyMedia       = "*/*"
	anyApplication = "application/*"
)

// negotiate chooses the media type of the response. An event stream is chosen only when it comes
// first: clients that list it last expect another one. Wildcards and no header at all mean
// application/json, which old clients expect.
func negotiate(accept []string) (string, bool) {
	best, bestQuality, some := "", 0.0, false
	for _, entry := range strings.Split(strings.Join(accept, ","), ",") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		media, quality := parseAccept(entry)
		first := !some
		some = true
		switch {
		case media == mediaEvents && first && quality > 0:
			return mediaEvents, true
		case media == anyMedia || media == anyApplication:
			media = mediaJSON
		case media != mediaJSON && media != mediaGraphQL:
			continue
		}
		if quality > bestQuality {
			best, bestQuality = media, quality
		}
	}
	if !some {
		return mediaJSON, true
	}
	return best, best != ""
}

func parseAccept(entry string) (string, float64) {
	media, params, err := mime.ParseMediaType(entry)
	if err != nil {
		return "", 0
	}
	quality := 1.0
	if text, named := params["q"]; named {
		if quality, err = strconv.ParseFloat(text, 64); err != nil {
			return "", 0
		}
	}
	return media, quality
}

// originAllowed reports whether a page of the request's Origin may call. Clients other than
// browsers send none.
func (s *server) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if u, err := url.Parse(origin); err == nil && strings.EqualFold(u.Host, r.Host) {
		return true
	}
	return s.originListed(origin)
}

func (s *server) originListed(origin string) bool {
	for _, pattern := range s.options.AllowedOrigins {
		if pattern == "*" {
			return true
		}
		if ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(origin)); err == nil && ok {
			return true
		}
	}
	return false
}

// allowCrossOrigin allows pages of a listed origin to read the response.
func (s *server) allowCrossOrigin(w http.ResponseWriter, r *http.Request) {
	origin := r.Header.Get("Origin")
	w.Header().Add("Vary", "Origin")
	if origin == "" || !s.originListed(origin) {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", allowedMethods)
		h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization, X-Request-Id")
		h.Set("Access-Control-Max-Age", "600")
	}
}

package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// browse sends a request with headers of a browser; the name Host is that of its URL.
func browse(t *testing.T, method, url string, header map[string]string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	if host := header["Host"]; host != "" {
		request.Host = host
	}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// A page of another site, whether it lets its own name resolve to this server or calls its address,
// gets no token and moves nothing in the sandboxes.
func TestPagesOfOtherSitesGetNothing(t *testing.T) {
	t.Parallel()
	a := startApp(t, "--demo", "--allowed-origins", "https://tools.example:8443")
	public, private := strings.TrimPrefix(a.URL(), "http://"), a.AdminURL()
	_, port, _ := strings.Cut(public, ":")
	type headers = map[string]string
	fetched := headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "empty"}
	for name, c := range map[string]struct {
		header headers
		status int // 0: as without these headers
	}{
		"rebound name":              {headers{"Host": "evil.example:" + port}, 403},
		"rebound name, own origin":  {headers{"Host": "evil.it", "Origin": "http://evil.it"}, 403},
		"a name like localhost":     {headers{"Host": "localhost.evil.example:" + port}, 403},
		"no name":                   {headers{"Host": ":" + port}, 403},
		"another origin":            {headers{"Origin": "http://evil.example"}, 403},
		"another port":              {headers{"Origin": "http://127.0.0.1:1"}, 403},
		"a page of no origin":       {headers{"Origin": "null"}, 403},
		"fetched by another site":   {fetched, 403},
		"own page":                  {headers{"Origin": a.URL(), "Sec-Fetch-Site": "same-origin"}, 0},
		"localhost":                 {headers{"Host": "LocalHost:" + port}, 0},
		"another loopback":          {headers{"Host": "[::1]:" + port}, 0},
		"typed in":                  {headers{"Sec-Fetch-Site": "none"}, 0},
		"an allowed origin":         {headers{"Origin": "https://tools.example:8443"}, 0},
		"a proxy of an allowed one": {headers{"Host": "tools.example:8443"}, 0},
	} {
		for _, call := range [][2]string{
			{"GET", a.URL() + "/"}, {"GET", a.URL() + "/dev/token?role=platform"},
			{"GET", a.URL() + "/sandbox/control/ledger"}, {"POST", a.URL() + "/sandbox/control"},
			{"GET", a.URL() + "/sandbox/courier/control/subscriptions"},
			{"POST", a.URL() + "/sandbox/courier/control"},
			{"GET", private + "/metrics"}, {"GET", private + "/debug/pprof/cmdline"},
		} {
			header := headers{}
			for field, value := range c.header {
				header[field] = value
			}
			if strings.HasPrefix(call[1], private) && header["Origin"] == a.URL() {
				header["Origin"] = private
			}
			want := c.status
			if want == 0 {
				want, _ = browse(t, call[0], call[1], nil)
			}
			status, body := browse(t, call[0], call[1], header)
			if status != want || status == 403 && strings.Contains(body, "eyJ") {
				t.Errorf("%s: %s %s: %d, want %d: %.100s", name, call[0], call[1], status, want, body)
			}
		}
	}
	link := headers{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
	if status, _ := browse(t, "GET", a.URL()+"/", link); status != 200 {
		t.Errorf("a link to the page: %d", status)
	}
	if status, _ := browse(t, "POST", a.URL()+"/sandbox/control", link); status != 403 {
		t.Errorf("a form of another site: %d", status)
	}
}

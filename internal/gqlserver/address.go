package gqlserver

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// networkBits is how much of an IPv6 address is one client's: a household has as many addresses as
// it likes.
const networkBits = 64

// address names the client of a request for the limits. Behind trusted proxies it is the last
// address of X-Forwarded-For that is none of theirs; what stands before that anybody can write.
func (s *server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(ip); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = before.Unmap().WithZone("")
	}
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, networkBits).Masked().String()
}

func (s *server) trusted(ip netip.Addr) bool {
	for _, proxy := range s.options.TrustedProxies {
		if proxy.Contains(ip) {
			return true
		}
	}
	return false
}

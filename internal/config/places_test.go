package config_test

import (
	"slices"
	"strings"
	"testing"
)

func TestDevelopmentListensOnLoopback(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"0.0.0.0:1", ":1", "[::]:1", "192.168.1.2:1", "10.0.0.1:1", "shop.example:1", "128.0.0.1:1",
		"localhost.shop.example:1", "[::ffff:10.0.0.1]:1",
	} {
		for _, name := range []string{"ORDERFLOW_LISTEN", "ORDERFLOW_ADMIN_LISTEN"} {
			_, _, err := read(env{name: address}.lookup, nil)
			if err == nil || !strings.Contains(err.Error(), name+": a development server") {
				t.Errorf("%s %s: %v", name, address, err)
			}
			load(t, env{name: address}, "--expose-development-to-everyone")
			load(t, production(name, address))
		}
	}
	for _, address := range []string{"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"} {
		load(t, env{"ORDERFLOW_LISTEN": address})
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	c := load(t, env{"ORDERFLOW_TRUSTED_PROXIES": "10.1.2.3/8, 192.168.0.1,,::1"})
	var got []string
	for _, network := range c.TrustedProxies {
		got = append(got, network.String())
	}
	if !slices.Equal(got, []string{"10.0.0.0/8", "192.168.0.1/32", "::1/128"}) {
		t.Errorf("proxies %q", got)
	}
}

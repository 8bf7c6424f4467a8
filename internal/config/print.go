package config

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
)

const hidden = "****"

// Print writes every setting with its value and source; secrets are masked.
func (c *Config) Print(w io.Writer) error {
	var b strings.Builder
	b.WriteString("SETTING\tVALUE\tSOURCE\n")
	for _, r := range c.rows {
		value := r.setting.shown(r.text)
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\n", r.setting.variable(), value, r.source)
	}
	return columns(w, b.String())
}

// Usage writes the flags of a command that Bind was called for: its own first, then the settings
// with their development defaults.
func Usage(w io.Writer, fs *flag.FlagSet) error {
	var own, shared strings.Builder
	shared.WriteString("Settings, each a flag or an environment variable " +
		"(--jwks-url or ORDERFLOW_JWKS_URL):\n")
	known := make(map[string]bool, len(settings))
	for i := range settings {
		s := &settings[i]
		known[s.name] = true
		fmt.Fprintf(&shared, "  --%s\t%s\n", s.name, withDefault(s.usage, s.shown(s.standard)))
	}
	fs.VisitAll(func(f *flag.Flag) {
		if !known[f.Name] {
			fmt.Fprintf(&own, "  --%s\t%s\n", f.Name, withDefault(f.Usage, f.DefValue))
		}
	})
	if own.Len() == 0 {
		return columns(w, shared.String())
	}
	return columns(w, "Flags:\n"+own.String()+"\n"+shared.String())
}

func columns(w io.Writer, text string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(table, text); err != nil {
		return err
	}
	return table.Flush()
}

func withDefault(usage, value string) string {
	if value == "" || value == "false" || strings.Contains(value, hidden) {
		return usage
	}
	return fmt.Sprintf("%s (default %s)", usage, value)
}

func hide(string) string { return hidden }

// hideKeys keeps the ids of a keyring, which are needed for a rotation.
func hideKeys(text string) string {
	parts := strings.Split(text, ",")
	for i, part := range parts {
		id, _, found := strings.Cut(strings.TrimSpace(part), ":")
		if !found {
			return hidden
		}
		parts[i] = id + ":" + hidden
	}
	return strings.Join(parts, ",")
}

// hideURL keeps what says where it leads.
func hideURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return hidden
	}
	shown := u.Host + u.EscapedPath()
	if u.User != nil {
		shown = hidden + "@" + shown
	}
	if u.RawQuery != "" {
		shown += "?" + hidden
	}
	return u.Scheme + "://" + shown
}

// hideDSN hides the password of mysql:user:password@tcp(host)/name. As in the driver's own reading,
// the password ends at the last @ before the last slash.
func hideDSN(text string) string {
	dsn, found := strings.CutPrefix(text, "mysql:")
	if !found {
		return text
	}
	slash := strings.LastIndexByte(dsn, '/')
	if slash < 0 {
		return "mysql:" + hidden
	}
	at := strings.LastIndexByte(dsn[:slash], '@')
	if at < 0 {
		return text
	}
	user, _, found := strings.Cut(dsn[:at], ":")
	if !found {
		return text
	}
	return "mysql:" + user + ":" + hidden + dsn[at:]
}

package main

import (
	"context"
	"flag"

	"orderflow/internal/config"
)

func configCommand() command {
	return command{
		name:    "config",
		summary: "Print every setting with its value and where it comes from",
		description: `
A flag beats an environment variable, which beats the default. Secrets are masked. It exits with 2
and names every problem when a server would not start with these settings:

  ORDERFLOW_ENV=production orderflow config
`,
		settings: true,
		bind: func(*flag.FlagSet) action {
			return func(_ context.Context, p *program, cfg config.Config) error {
				return cfg.Print(p.out)
			}
		},
	}
}

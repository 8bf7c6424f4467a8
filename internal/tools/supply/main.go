package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

const usage = `usage: go run ./internal/tools/supply COMMAND
  licences                 list the licences of all modules and of the pages' npm packages;
                           fails for one that is not allowed
  sbom BINARY COMMIT       write the components of a binary as CycloneDX JSON
  vulnerabilities BINARY   look for known vulnerabilities in a binary
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "supply:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "licences":
		return listLicences(ctx, out)
	case len(args) == 3 && args[0] == "sbom":
		return writeSBOM(ctx, out, args[1], args[2])
	case len(args) == 2 && args[0] == "vulnerabilities":
		return checkVulnerabilities(ctx, out, args[1])
	}
	return fmt.Errorf("no such command\n%s", usage)
}

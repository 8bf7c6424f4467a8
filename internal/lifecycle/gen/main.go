// Command gen writes the README of package lifecycle; go generate runs it in that package's folder.
package main

import (
	"fmt"
	"os"

	"orderflow/internal/lifecycle"
)

func main() {
	if err := os.WriteFile("README.md", []byte(lifecycle.Manual()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "write the lifecycle manual:", err)
		os.Exit(1)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// module is a Go module at a version, and where the go command has it.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// modules returns the modules of all packages that the program, its tests and its tools are built
// from, by path.
func modules(ctx context.Context) ([]module, error) {
	out, err := command(ctx, "go", "list", "-deps", "-test", "-json=Module", "./...")
	if err != nil {
		return nil, err
	}
	var found []module
	for lines := json.NewDecoder(bytes.NewReader(out)); ; {
		var listed struct{ Module *module }
		err := lines.Decode(&listed)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if m := listed.Module; m != nil && !m.Main && !slices.Contains(found, *m) {
			found = append(found, *m)
		}
	}
	slices.SortFunc(found, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}

// command runs a command and returns what it prints.
func command(ctx context.Context, name string, args ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return nil, fmt.Errorf("%s %s: %w: %s", name, args[0], err, bytes.TrimSpace(failed.Stderr))
	}
	return out, err
}

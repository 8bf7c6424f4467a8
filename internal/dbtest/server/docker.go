package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

const image = "mariadb:10.11"

// docker starts a container on a free loopback port when the daemon answers.
func docker(ctx context.Context, log io.Writer) (*Server, error) {
	if _, err := dockerOutput(ctx, "version", "--format={{.Server.Version}}"); err != nil {
		return nil, err
	}
	fmt.Fprintf(log, "dbtest: starting %s in Docker\n", image)
	id, err := dockerOutput(ctx, "run", "--detach", "--rm", "--publish=127.0.0.1::3306",
		"--tmpfs=/var/lib/mysql", "--env=MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1", image,
		"--max-connections=512", "--innodb-flush-log-at-trx-commit=0")
	if err != nil {
		return nil, err
	}
	remove := func() {
		_ = exec.Command("docker", "rm", "--force", "--volumes", id).Run()
	}
	address, err := dockerOutput(ctx, "port", id, "3306/tcp")
	if err != nil {
		remove()
		return nil, err
	}
	address, _, _ = strings.Cut(address, "\n")
	srv, err := answering(ctx, &Server{
		DSN: "root@tcp(" + address + ")/", Origin: image + " in Docker", stop: remove,
	}, nil)
	if err != nil {
		remove()
		return nil, fmt.Errorf("docker: %w", err)
	}
	return srv, nil
}

func dockerOutput(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // the image may have to be fetched
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	var progress bytes.Buffer
	cmd.Stderr = &progress
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("docker %s: %w\n%s", args[0], err, tail(progress.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// installVariable forbids the installation when it is 0.
const installVariable = "ORDERFLOW_TEST_INSTALL"

// debian installs Debian's MariaDB, for root alone, and starts it privately.
func debian(ctx context.Context, log io.Writer) (*Server, error) {
	if _, err := find("mariadbd", "mysqld"); err == nil {
		return nil, errors.New("installation: there is a server program already, and it did not start")
	}
	if os.Getenv(installVariable) == "0" {
		return nil, errors.New("installation: forbidden by " + installVariable + "=0")
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil || os.Geteuid() != 0 {
		return nil, errors.New("installation: only as root on Debian and its relatives")
	}
	fmt.Fprintf(log, "dbtest: no MySQL or MariaDB here: installing Debian's mariadb-server as root "+
		"(%s=0 forbids)\n", installVariable)
	for _, args := range [][]string{
		{"update", "-qq"},
		{"install", "-y", "-qq", "--no-install-recommends", "mariadb-server"},
	} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("installation: apt-get %s: %w\n%s", args[0], err, tail(out))
		}
	}
	return private(ctx, log)
}

package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"orderflow/internal/dbtest/child"
)

const portAttempts = 3

// programFolders are searched after PATH, which has no sbin for ordinary users.
var programFolders = []string{
	"/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin",
}

// private starts an installed server program in a folder of its own.
func private(ctx context.Context, _ io.Writer) (*Server, error) {
	program, err := find("mariadbd", "mysqld")
	if err != nil {
		return nil, fmt.Errorf("private server: %w", err)
	}
	version, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("private server: %s: %w", program, err)
	}
	dir, err := newFolder()
	if err != nil {
		return nil, fmt.Errorf("private server: %w", err)
	}
	i := instance{
		program: program,
		mariadb: strings.Contains(string(version), "MariaDB"),
		dir:     dir,
		secret:  rand.Text(),
	}
	srv, err := i.run(ctx)
	if err != nil {
		dir.remove()
		return nil, fmt.Errorf("private server: %w", err)
	}
	return srv, nil
}

// Private starts an installed server program for one test, which may restart it.
func Private(ctx context.Context) (*Server, error) { return private(ctx, io.Discard) }

func find(names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
		for _, folder := range programFolders {
			if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
				return path, nil
			}
		}
	}
	return "", errors.New(strings.Join(names, " and ") + " not found")
}

// instance is one private server: its program, its folder and the password of its only account that
// is reachable by TCP.
type instance struct {
	program string
	mariadb bool
	dir     *folder
	secret  string
}

func (i instance) run(ctx context.Context) (*Server, error) {
	if err := i.initialize(ctx); err != nil {
		return nil, err
	}
	accounts := "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';\n" +
		"CREATE USER 'orderflow'@'127.0.0.1' IDENTIFIED BY '" + i.secret + "';\n" +
		"GRANT ALL ON *.* TO 'orderflow'@'127.0.0.1' WITH GRANT OPTION;\n"
	if err := os.WriteFile(i.dir.file("accounts.sql"), []byte(accounts), 0o600); err != nil {
		return nil, err
	}
	if err := os.Mkdir(i.dir.file("exports"), 0o700); err != nil {
		return nil, err
	}
	var failures []error
	for range portAttempts { // another process may take the free port first
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		srv, err := i.start(ctx, port)
		if err == nil || ctx.Err() != nil {
			return srv, err
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

// initialize writes the system tables.
func (i instance) initialize(ctx context.Context) error {
	program, args := i.program, []string{"--no-defaults", "--initialize-insecure"}
	if i.mariadb {
		installer, err := find("mariadb-install-db", "mysql_install_db")
		if err != nil {
			return err
		}
		program, args = installer, []string{
			"--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
		}
	}
	args = append(append(args, "--datadir="+i.dir.file("data")), asRoot()...)
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, tail(out))
	}
	return nil
}

// start runs the server on a port and waits until it answers.
func (i instance) start(ctx context.Context, port int) (*Server, error) {
	process, err := i.launch(port)
	if err != nil {
		return nil, err
	}
	srv := &Server{
		DSN:    fmt.Sprintf("orderflow:%s@tcp(127.0.0.1:%d)/", i.secret, port),
		Origin: "private server",
	}
	srv.stop = func() {
		process.Kill()
		i.dir.remove()
	}
	srv.restart = func(ctx context.Context) (err error) {
		process.Kill()
		if process, err = i.launch(port); err == nil {
			_, err = answering(ctx, srv, process.Done())
		}
		return err
	}
	ready, err := answering(ctx, srv, process.Done())
	if err != nil {
		process.Kill()
		text, _ := os.ReadFile(i.dir.file("log"))
		return nil, fmt.Errorf("%s: %w\n%s", i.program, err, tail(text))
	}
	return ready, nil
}

// launch starts the program.
func (i instance) launch(port int) (*child.Process, error) {
	log, err := os.Create(i.dir.file("log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(i.program, i.flags(port)...)
	cmd.Stdout, cmd.Stderr = log, log
	return child.Start(cmd)
}

func (i instance) flags(port int) []string {
	flags := []string{
		"--no-defaults",
		"--datadir=" + i.dir.file("data"),
		"--socket=" + i.dir.file("socket"),
		"--pid-file=" + i.dir.file("pid"),
		"--init-file=" + i.dir.file("accounts.sql"),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--port=%d", port),
		"--skip-name-resolve",
		"--skip-log-bin",
		"--local-infile=0",
		"--secure-file-priv=" + i.dir.file("exports"), // SQL writes files nowhere else
		"--max-connections=512",
		"--innodb-buffer-pool-size=256M",
		"--innodb-flush-log-at-trx-commit=0",
		"--innodb-doublewrite=0",
	}
	if !i.mariadb {
		flags = append(flags, "--mysqlx=OFF")
	}
	return append(flags, asRoot()...)
}

// asRoot is the option that both products require to run as root.
func asRoot() []string {
	if os.Geteuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail keeps the end of a program's output, where the reason is.
func tail(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

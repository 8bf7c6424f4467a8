package bench

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"orderflow/internal/store"
)

// Machine describes where figures were measured. What the system does not report is empty or 0.
type Machine struct {
	CPU        string `json:"cpu"`
	Cores      int    `json:"cores"`
	Memory     int64  `json:"memory_bytes"`
	System     string `json:"system"`
	Go         string `json:"go"`
	Database   string `json:"database"`
	Durability string `json:"durability"` // what a commit waits for
}

func describeMachine(ctx context.Context, db *store.DB) (Machine, error) {
	m := Machine{
		CPU: procField("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(),
		System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
	memory := strings.TrimSuffix(procField("/proc/meminfo", "MemTotal"), " kB")
	if kib, err := strconv.ParseInt(memory, 10, 64); err == nil {
		m.Memory = kib << 10
	}
	var err error
	if m.Database, err = db.Product(ctx); err != nil {
		return m, err
	}
	m.Durability, err = durability(ctx, db)
	return m, err
}

func durability(ctx context.Context, db *store.DB) (string, error) {
	if db.Dialect == dialect.SQLite {
		var journal string
		var synchronous int
		err := db.SQL().QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal)
		if err == nil {
			err = db.SQL().QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous)
		}
		return fmt.Sprintf("journal_mode=%s synchronous=%d", journal, synchronous), err
	}
	var flush, binlog, sync int
	err := db.SQL().QueryRowContext(ctx, "SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, "+
		"@@sync_binlog").Scan(&flush, &binlog, &sync)
	return fmt.Sprintf("innodb_flush_log_at_trx_commit=%d log_bin=%d sync_binlog=%d",
		flush, binlog, sync), err
}

// procField returns the value of "name : value" in a file of /proc.
func procField(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		key, value, found := strings.Cut(lines.Text(), ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// processTime returns the processor time of a process so far, if the system reports it.
func processTime(pid int) (used time.Duration, known bool) {
	if pid == 0 {
		return 0, false
	}
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, false
	}
	// The second field is a name in brackets with arbitrary characters; after it comes the third.
	const third, user, system = 3, 14, 15
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) <= system-third {
		return 0, false
	}
	var ticks int64
	for _, at := range []int{user, system} {
		n, err := strconv.ParseInt(fields[at-third], 10, 64)
		if err != nil {
			return 0, false
		}
		ticks += n
	}
	const tick = time.Second / 100 // USER_HZ of Linux is always 100
	return time.Duration(ticks) * tick, true
}

// databaseProcess returns the pid of the database server if it runs on this machine: it is 0 for an
// embedded database, a remote one, and one that this user may not read.
func databaseProcess(ctx context.Context, db *store.DB) int {
	if db.Dialect == dialect.SQLite {
		return 0
	}
	var file, folder, host string
	err := db.SQL().QueryRowContext(ctx, "SELECT @@pid_file, @@datadir, @@hostname").
		Scan(&file, &folder, &host)
	here, hostErr := os.Hostname()
	if err != nil || hostErr != nil || host != here {
		return 0
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(folder, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	if err != nil {
		return 0
	}
	if is := strings.TrimSpace(string(name)); is != "mysqld" && is != "mariadbd" {
		return 0
	}
	return pid
}

//go:build !linux

package child

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

// signal reaches the process alone: groups and parent-death signals are Linux's.
func (p *Process) signal(sig os.Signal) { _ = p.cmd.Process.Signal(sig) }

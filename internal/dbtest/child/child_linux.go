package child

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// signal reaches the whole group. A process that has ended is not signalled: its id may have
// been reused.
func (p *Process) signal(sig os.Signal) {
	select {
	case <-p.done:
	default:
		_ = syscall.Kill(-p.PID(), sig.(syscall.Signal))
	}
}

package child

import (
	"os"
	"os/exec"
	"runtime"
	"time"
)

// Process is a started process with its descendants.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// Start starts cmd in a process group of its own.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The kernel ties the child to the thread that started it, so that thread is not released
		// while the child lives.
		runtime.LockOSThread()
		cmd.SysProcAttr = attributes()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// PID is the process id, which is also the id of its group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait waits for the end and returns what exec.Cmd.Wait does.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// Kill ends the group at once and waits for the process.
func (p *Process) Kill() {
	p.signal(os.Kill)
	<-p.done
}

// Interrupt interrupts the group, and kills it when the process still runs after grace.
func (p *Process) Interrupt(grace time.Duration) {
	p.signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(grace):
		p.Kill()
	}
}

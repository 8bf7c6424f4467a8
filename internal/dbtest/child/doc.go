// Package child starts processes that do not outlive this one: each leads a process group of its
// own, is stopped by that group, and on Linux is killed by the kernel when this process
// dies.
//
// It owns nothing else: what the process does, where it writes and when it is stopped is the
// caller's business.
package child

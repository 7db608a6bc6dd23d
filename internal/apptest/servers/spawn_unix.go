//go:build unix && !linux

package servers

import "syscall"

// leash does nothing here: only Linux ends a process with its parent. A test binary that is killed outright
// leaves its Redis server running.
func leash(syscall.Signal) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

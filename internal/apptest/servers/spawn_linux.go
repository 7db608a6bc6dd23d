package servers

import "syscall"

// leash has a process get the signal when the thread that started it ends, however it ends.
func leash(signal syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: signal}
}

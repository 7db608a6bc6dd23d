//go:build unix && !linux

package launch

import (
	"os"
	"syscall"
	"time"
)

// Path is the program to start for a launch.
var Path, _ = os.Executable()

// parentDied is never sent here: supervise looks at the parent's id once a second.
const parentDied = syscall.SIGUSR1

func adopt() int { return os.Getppid() }

// spareEnds is nothing here: a tool whose launcher's parent dies while it writes may end without storing its state.
func spareEnds() []*os.File { return nil }

// Clock is a time that all processes of this machine share; here people can set it.
func Clock() time.Duration { return time.Duration(time.Now().UnixNano()) }

func start(tool string, args, env []string) (int, error) {
	return syscall.ForkExec(tool, append([]string{tool}, args...), &syscall.ProcAttr{
		Env: env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
}

// killRest kills the tool's process group, which is as far as systems without child subreapers let us reach.
func killRest(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

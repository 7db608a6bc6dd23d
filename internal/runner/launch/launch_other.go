//go:build unix && !linux

package launch

import (
	"os"
	"syscall"
)

// Path is the program to start for a launch.
var Path, _ = os.Executable()

// parentDied is never sent here: supervise looks at the parent's id once a second.
const parentDied = syscall.SIGUSR1

func adopt() int { return os.Getppid() }

func start(tool string, args, env []string) (int, error) {
	return syscall.ForkExec(tool, append([]string{tool}, args...), &syscall.ProcAttr{
		Env: env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Setpgid: true},
	})
}

// killRest kills the tool's process group, which is as far as systems without child subreapers let us reach.
func killRest(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

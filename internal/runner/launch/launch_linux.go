package launch

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Path is the program to start for a launch: this very file, even when it was replaced on disk meanwhile.
const Path = "/proc/self/exe"

// parentDied is the signal the kernel sends us when our parent ends.
const parentDied = syscall.SIGUSR1

const (
	prSetPDeathSig     = 1
	prSetChildSubReap  = 36
	killTimeout        = 10 * time.Second
	killPause          = 2 * time.Millisecond
	processFileSystem  = "/proc/self/task"
	childrenFileSuffix = "/children"
)

// adopt makes this process the parent of every orphan below it, and asks to be told when our own parent
// ends. It returns the parent's id. The death signal belongs to the thread that asked, so we keep it.
func adopt() int {
	runtime.LockOSThread()
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubReap, 1, 0)
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, prSetPDeathSig, uintptr(parentDied), 0)
	return os.Getppid()
}

// spareEnds opens the reading ends of the pipes that are our standard output and error. As long as somebody holds them, a
// tool may write there although our parent is dead; without them its next line would kill it with SIGPIPE.
func spareEnds() []*os.File {
	var ends []*os.File
	for _, ours := range []*os.File{os.Stdout, os.Stderr} {
		if info, err := ours.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
			continue
		}
		path := "/proc/self/fd/" + strconv.Itoa(int(ours.Fd()))
		if end, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0); err == nil {
			ends = append(ends, end)
		}
	}
	return ends
}

const clockBoottime = 7

// Clock is a time that all processes of this machine share, that nobody sets, and that goes on while the machine sleeps.
func Clock() time.Duration {
	var now syscall.Timespec
	_, _, _ = syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockBoottime, uintptr(unsafe.Pointer(&now)), 0) //nolint:gosec // the kernel writes there and nothing else
	return time.Duration(now.Nano())
}

func start(tool string, args, env []string) (int, error) {
	return syscall.ForkExec(tool, append([]string{tool}, args...), &syscall.ProcAttr{
		Env: env, Files: []uintptr{0, 1, 2},
		Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	})
}

// killRest kills whatever is below us until nothing is left: what a dead process started becomes our child
// at once, so killing our children again and again reaches everything, whatever its session or group.
func killRest(pid int) {
	deadline := time.Now().Add(killTimeout)
	for reap() && time.Now().Before(deadline) {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		for _, child := range children() {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
		time.Sleep(killPause)
	}
}

// reap collects the children that have ended and tells whether there are more.
func reap() bool {
	for {
		got, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR || got > 0 {
			continue
		}
		return err == nil
	}
}

func children() []int {
	threads, _ := os.ReadDir(processFileSystem)
	var found []int
	for _, thread := range threads {
		list, _ := os.ReadFile(processFileSystem + "/" + thread.Name() + childrenFileSuffix)
		for _, field := range strings.Fields(string(list)) {
			if pid, err := strconv.Atoi(field); err == nil {
				found = append(found, pid)
			}
		}
	}
	return found
}

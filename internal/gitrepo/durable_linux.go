package gitrepo

import (
	"errors"
	"os"
	"syscall"
)

// The numbers by which Linux knows the file systems that keep one journal of all changes. NFS keeps none that is ours, and
// Btrfs one for each file that is flushed.
const (
	ext4 = 0xef53
	xfs  = 0x58465342
)

// isOrdered tells whether the file system of a folder brings changes to the disk in their order.
func isOrdered(dir string) bool {
	var found syscall.Statfs_t
	if err := syscall.Statfs(dir, &found); err != nil {
		return false
	}
	kind := uint32(found.Type) // of 32 bits, which some machines keep in a signed number
	return kind == ext4 || kind == xfs
}

// What sync_file_range is asked to do.
const (
	rangeWrite = 2
	rangeWait  = 4
)

// writeOut begins to send a file's content to the disk, or waits until it is there.
func writeOut(file *os.File, wait bool) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	flags := rangeWrite
	if wait {
		flags = rangeWait
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.SyncFileRange(int(fd), 0, 0, flags) })
	return errors.Join(err, failed)
}

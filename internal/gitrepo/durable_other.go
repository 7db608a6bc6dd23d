//go:build !linux

package gitrepo

import "os"

// isOrdered knows no other system that says so.
func isOrdered(string) bool { return false }

// writeOut is for ordered file systems; here it brings all of a file to the disk.
func writeOut(file *os.File, wait bool) error {
	if wait {
		return file.Sync()
	}
	return nil
}

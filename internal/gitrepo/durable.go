package gitrepo

import (
	"errors"
	"os"
)

// To bring one file to the disk after the other, each with its name, is most of what a commit costs. Where the file system
// keeps one journal of all its changes, in their order, that is not needed: the contents of all files are sent to the disk
// first, then come their names, then that of the reference, and one flush of the journal brings all of them. What a power cut
// leaves is a beginning of that order: no name without its content, no reference without its commit. docs/adr/0022.

// writeAllOut sends the contents of files to the disk and waits until they are there. Their names may not be. It closes the files.
func writeAllOut(files []*os.File) error {
	var failures []error
	for _, file := range files {
		failures = append(failures, writeOut(file, false))
	}
	for _, file := range files {
		failures = append(failures, writeOut(file, true), file.Close())
	}
	return errors.Join(failures...)
}

// flushFolder brings the present names of a folder to the disk and, in an ordered file system, all that was changed before.
func flushFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

package runner

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// maxEntries is how many files and folders an archive may hold.
const maxEntries = 50_000

var (
	errTooLarge   = errors.New("larger than the disk limit")
	errTooMany    = fmt.Errorf("more than %d entries", maxEntries)
	errEscapes    = errors.New("leaves the folder")
	errEntryType  = errors.New("is neither a file, a folder nor a symbolic link")
	errNotRegular = errors.New("is not a regular file")
)

// Pack makes the archive of a folder that Task.Files wants. Equal folders give equal archives.
func Pack(folder fs.FS) ([]byte, error) {
	var buffer bytes.Buffer
	zipped, _ := gzip.NewWriterLevel(&buffer, gzip.BestSpeed)
	archive := tar.NewWriter(zipped)
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return packFile(archive, folder, name, entry)
	})
	if err := errors.Join(err, archive.Close(), zipped.Close()); err != nil {
		return nil, fmt.Errorf("pack folder: %w", err)
	}
	return buffer.Bytes(), nil
}

func packFile(archive *tar.Writer, folder fs.FS, name string, entry fs.DirEntry) error {
	if !entry.Type().IsRegular() {
		return fmt.Errorf("%s: %w", name, errNotRegular)
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	content, err := fs.ReadFile(folder, name)
	if err != nil {
		return err
	}
	header := &tar.Header{Name: name, Mode: int64(fileMode(info.Mode())), Size: int64(len(content))}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = archive.Write(content)
	return err
}

// fileMode keeps nothing of a mode but whether the file is a program.
func fileMode(mode fs.FileMode) fs.FileMode {
	if mode&0o100 != 0 {
		return 0o700
	}
	return 0o600
}

// unpack writes an archive into a folder. Nothing is written outside of it, whatever the archive says: every
// file is opened through os.Root. What leaves the folder, special files and more than limit bytes are errors.
func unpack(archive []byte, folder string, limit int64) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return fmt.Errorf("not a gzip archive: %w", err)
	}
	u := unpacker{root: root, left: limit}
	if err := u.entries(tar.NewReader(zipped)); err != nil {
		return err
	}
	return u.checkLinks()
}

type unpacker struct {
	root  *os.Root
	left  int64
	links []string
}

func (u *unpacker) entries(archive *tar.Reader) error {
	for range maxEntries {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("not a tar archive: %w", err)
		}
		if err := u.entry(header, archive); err != nil {
			return fmt.Errorf("%q: %w", header.Name, err)
		}
	}
	return errTooMany
}

func (u *unpacker) entry(header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name := filepath.FromSlash(path.Clean(header.Name))
	if !filepath.IsLocal(name) {
		return errEscapes
	}
	if header.Typeflag == tar.TypeDir {
		return u.root.MkdirAll(name, 0o700)
	}
	if err := u.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeReg:
		return u.file(name, header, content)
	case tar.TypeSymlink:
		u.links = append(u.links, name)
		return u.root.Symlink(header.Linkname, name)
	}
	return errEntryType
}

func (u *unpacker) file(name string, header *tar.Header, content io.Reader) error {
	file, err := u.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, fileMode(header.FileInfo().Mode()))
	if err != nil {
		return err
	}
	written, err := io.Copy(file, io.LimitReader(content, u.left+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if u.left -= written; u.left < 0 {
		return errTooLarge
	}
	return nil
}

// checkLinks refuses links that lead out or nowhere. Root.Stat follows a link only within the folder.
func (u *unpacker) checkLinks() error {
	for _, name := range u.links {
		if _, err := u.root.Stat(name); err != nil {
			return fmt.Errorf("link %q: %w", name, errEscapes)
		}
	}
	return nil
}

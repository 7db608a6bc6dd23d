package catalog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// folderReader reads folders of a library within bounds.
type folderReader struct {
	fsys  fs.FS
	total int64 // bytes read so far
}

// read puts a folder's files into files, by their path in the library.
func (r *folderReader) read(dir string, files map[string][]byte) []Problem {
	var problems []Problem
	size := int64(0)
	for _, content := range files {
		size += int64(len(content))
	}
	err := fs.WalkDir(r.fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if skip := r.skip(dir, name, entry, &problems); skip != nil || entry.IsDir() {
			return skip
		}
		if !entry.Type().IsRegular() {
			problems = append(problems, Problem{File: name, Text: textIrregular})
			return nil
		}
		content, problem := r.file(name)
		if problem != nil {
			problems = append(problems, *problem)
			return nil
		}
		files[name] = content
		size += int64(len(content))
		return r.bounded(len(files), size)
	})
	if err != nil {
		problems = append(problems, Problem{File: dir, Text: readError(err)})
	}
	return problems
}

// skip passes hidden folders over and refuses those that lie too deep.
func (r *folderReader) skip(dir, name string, entry fs.DirEntry, problems *[]Problem) error {
	if !entry.IsDir() || name == dir {
		return nil
	}
	if strings.HasPrefix(path.Base(name), ".") {
		return fs.SkipDir
	}
	if strings.Count(name, "/")-strings.Count(dir, "/") > maxDepth {
		*problems = append(*problems, Problem{File: name, Text: fault.Text{
			EN: fmt.Sprintf("Folders lie deeper than %d.", maxDepth), FR: fmt.Sprintf("Les dossiers sont imbriqués au-delà de %d.", maxDepth),
		}})
		return fs.SkipDir
	}
	return nil
}

// file reads one file, and no more of it than is allowed.
func (r *folderReader) file(name string) ([]byte, *Problem) {
	limit := maxFile
	if isTerraform(name) {
		limit = maxCode
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, &Problem{File: name, Text: readError(err)}
	}
	defer func() { _ = f.Close() }() // nothing was written
	content, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, &Problem{File: name, Text: readError(err)}
	}
	if len(content) > limit {
		return nil, &Problem{File: name, Text: tooLarge(limit)}
	}
	r.total += int64(len(content))
	return content, nil
}

func (r *folderReader) bounded(files int, size int64) error {
	switch {
	case files > maxFiles:
		return fault.New(fault.Limited, fault.Text{EN: "There are more than %d files.", FR: "Il y a plus de %d fichiers."}, maxFiles)
	case size > maxTemplateSize:
		return fault.New(fault.Limited, fault.Text{EN: "There is more than %d MiB.", FR: "Il y a plus de %d Mio."}, maxTemplateSize>>20)
	case r.total > maxLibrarySize:
		return fault.New(fault.Limited, fault.Text{EN: "The templates together are larger than %d MiB.", FR: "Les modèles dépassent ensemble %d Mio."}, maxLibrarySize>>20)
	}
	return nil
}

// readError says why something could not be read, without the machine's paths.
func readError(err error) fault.Text {
	if e, ok := fault.As(err); ok {
		return e.Text()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Text{EN: "It does not exist.", FR: "Cela n’existe pas."}
	}
	return fault.Text{EN: "It cannot be read.", FR: "La lecture est impossible."}
}

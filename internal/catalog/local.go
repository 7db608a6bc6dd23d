package catalog

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitrepo"
)

// errLocal says the same of a folder that is not allowed, not there or no repository: who adds libraries must not
// learn from it what the server's disk holds.
var errLocal = fault.New(fault.Invalid, fault.Text{
	EN: "This is no git repository in a folder of the server that libraries may be read from (--library-dir).",
	FR: "Ce n’est pas un dépôt git dans un dossier du serveur où des bibliothèques peuvent être lues (--library-dir).",
})

// checkLocal refuses folders of the server that are no git repositories below one of LocalDirs. Other addresses pass.
func (s *Service) checkLocal(address string) error {
	path, local := localPath(address)
	if !local {
		return nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil || !slices.ContainsFunc(s.LocalDirs, func(dir string) bool { return within(real, dir) }) || !gitrepo.IsRepository(real) {
		return errLocal
	}
	return nil
}

// localPath is the folder that an address names, when it names one of the server.
func localPath(address string) (string, bool) {
	if filepath.IsAbs(address) {
		return address, true
	}
	rest, ok := strings.CutPrefix(address, "file://")
	if !ok {
		return "", false
	}
	path, err := url.PathUnescape(rest)
	if err != nil {
		return rest, true
	}
	return path, true
}

// within tells whether a path without links lies in a folder, or is it.
func within(path, dir string) bool {
	base, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return false
	}
	inside, err := filepath.Rel(base, path)
	return err == nil && filepath.IsLocal(inside)
}

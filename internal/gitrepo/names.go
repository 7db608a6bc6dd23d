package gitrepo

import (
	"path"
	"strings"
	"unicode/utf8"
)

const (
	maxName  = 255
	maxPath  = 1024
	maxDepth = 64
)

// goodName tells whether a name may stand in a tree: it names something in its folder on every system, and
// is not git's own. Git accepts many more, and checkouts have been tricked with them.
func goodName(name string) bool {
	switch {
	case name == "", name == ".", name == "..", len(name) > maxName, !utf8.ValidString(name):
		return false
	case strings.ContainsAny(name, `/\`), strings.ContainsFunc(name, isControl):
		return false
	}
	return !isDotGit(name)
}

// isDotGit recognizes .git as HFS+ and NTFS would: without regard to case, to characters that nobody sees,
// to trailing dots and spaces, to streams, and by its short name.
func isDotGit(name string) bool {
	seen := strings.ToLower(strings.Map(visible, name))
	seen, _, _ = strings.Cut(seen, ":")
	seen = strings.TrimRight(seen, ". ")
	return seen == ".git" || strings.HasPrefix(seen, "git~")
}

func visible(r rune) rune {
	switch {
	case r >= 0x200c && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x206a && r <= 0x206f, r == 0xfeff:
		return -1
	}
	return r
}

// checkPath refuses a path that is not clean, relative and made of good names.
func checkPath(p string) error {
	if p == "" || len(p) > maxPath || path.Clean(p) != p {
		return errPath(p)
	}
	names := strings.Split(p, "/")
	if len(names) > maxDepth {
		return errPath(p)
	}
	for _, name := range names {
		if !goodName(name) {
			return errPath(p)
		}
	}
	return nil
}

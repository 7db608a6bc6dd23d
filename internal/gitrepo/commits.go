package gitrepo

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Signature says who did something, and when.
type Signature struct {
	Name  string
	Email string
	When  time.Time
}

// line is the signature as git writes it. What would break the line is left out.
func (s Signature) line() string {
	clean := func(text string) string {
		return strings.TrimSpace(strings.Map(func(r rune) rune {
			if isControl(r) || r == '<' || r == '>' {
				return -1
			}
			return r
		}, strings.ToValidUTF8(text, "")))
	}
	return fmt.Sprintf("%s <%s> %d +0000", firstOf(clean(s.Name), "Arpent"), clean(s.Email), max(0, s.When.Unix()))
}

func readCommit(objects *objects, hash plumbing.Hash) (*object.Commit, error) {
	obj, err := objects.get(hash)
	if err != nil {
		return nil, wrapMissing(err)
	}
	commit := &object.Commit{}
	if err := commit.Decode(obj); err != nil {
		return nil, errCorrupt(err)
	}
	return commit, nil
}

// writeCommit writes a commit that is not older than its parents, so that walks by time find their way. The
// same tree, parents, author and message give the same commit.
func writeCommit(objects *objects, tree plumbing.Hash, author Signature, message string, parents ...plumbing.Hash) (plumbing.Hash, error) {
	var data bytes.Buffer
	fmt.Fprintf(&data, "tree %s\n", tree)
	committer := author
	for _, hash := range parents {
		fmt.Fprintf(&data, "parent %s\n", hash)
		parent, err := readCommit(objects, hash)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		if parent.Committer.When.After(committer.When) {
			committer.When = parent.Committer.When
		}
	}
	text := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(message, "?"), "\x00", ""))
	fmt.Fprintf(&data, "author %s\ncommitter %s\n\n%s\n", author.line(), committer.line(), text)
	return objects.put(plumbing.CommitObject, data.Bytes())
}

package tfstate

import (
	"bytes"
	"context"
	"fmt"

	"github.com/arpent/arpent/internal/database"
)

// sealedMark is what a state has in it whose engine encrypts it: nobody else can tell what such a state knows.
const sealedMark = `"encryption_version"`

// Mentions tells which of some words the present state of a project has in it, anywhere. Without a state it has none. A state that its
// engine has encrypted can not be read: then known is false. The state is read as a stream, and never held whole.
func (s *Service) Mentions(ctx context.Context, projectID string, words []string) (found map[string]bool, known bool, err error) {
	present, err := s.present(ctx, projectID)
	if present == nil || err != nil {
		return nil, true, database.Fault(err)
	}
	compressed, err := s.open(ctx, present)
	if err != nil {
		return nil, false, err
	}
	search := newSearch(append([]string{sealedMark}, words...))
	if err := unpack(search, compressed); err != nil {
		return nil, false, fmt.Errorf("unpack state version %s: %w", present.ID, err)
	}
	return search.found, !search.found[sealedMark], nil
}

// search looks for words in what is written to it, also where a word is cut in two by the pieces.
type search struct {
	words   [][]byte // not found yet
	longest int
	rest    []byte // the end of what was written before, shorter than the longest word
	found   map[string]bool
}

func newSearch(words []string) *search {
	s := &search{found: map[string]bool{}}
	for _, word := range words {
		s.words, s.longest = append(s.words, []byte(word)), max(s.longest, len(word))
	}
	return s
}

func (s *search) Write(piece []byte) (int, error) {
	seam := append(bytes.Clone(s.rest), piece[:min(len(piece), s.longest)]...)
	left := s.words[:0]
	for _, word := range s.words {
		if bytes.Contains(seam, word) || bytes.Contains(piece, word) {
			s.found[string(word)] = true
			continue
		}
		left = append(left, word)
	}
	s.words = left
	if len(piece) < s.longest {
		s.rest = seam[max(0, len(seam)-s.longest+1):]
		return len(piece), nil
	}
	s.rest = bytes.Clone(piece[len(piece)-s.longest+1:])
	return len(piece), nil
}

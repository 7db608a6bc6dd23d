package runner

import (
	"encoding/json"
	"fmt"
	"io"
)

// What the tool writes of a plan or a state can be as large as it likes: it is read member by member, and only
// what is wanted is kept, so that a plan of a hundred megabytes takes no more memory than a small one.

// maxMember is how large one resource's change, or the outputs of a state, may be.
const maxMember = 64 << 20

// errMember is a member beyond the limit.
type errMember struct{ name string }

func (e errMember) Error() string {
	return fmt.Sprintf("%s is larger than %d MiB", e.name, maxMember>>20)
}

// members reads a JSON document in pieces.
type members struct {
	*json.Decoder
	source *metered
}

func newMembers(r io.Reader) members {
	source := &metered{reader: r, left: maxMember}
	m := members{Decoder: json.NewDecoder(source), source: source}
	m.UseNumber()
	return m
}

// metered stops a member that is too large.
type metered struct {
	reader io.Reader
	left   int
	member string
}

func (r *metered) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errMember{r.member}
	}
	n, err := r.reader.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// take decodes the next value, if it is within the limit.
func (m members) take(name string, target any) error {
	m.source.left, m.source.member = maxMember, name
	return m.Decode(target)
}

// each walks through the members of an object. The function reads each one's value, or says that it does not want it.
func (m members) each(read func(name string) (bool, error)) error {
	if err := m.open('{'); err != nil {
		return err
	}
	for m.More() {
		key, err := m.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		wanted, err := read(name)
		if err == nil && !wanted {
			err = m.skip()
		}
		if err != nil {
			return err
		}
	}
	_, err := m.Token()
	return err
}

// items walks through the elements of a list; null is an empty one.
func (m members) items(read func() error) error {
	token, err := m.Token()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('[') {
		return fmt.Errorf("a list is expected, not %v", token)
	}
	for m.More() {
		if err := read(); err != nil {
			return err
		}
	}
	_, err = m.Token()
	return err
}

func (m members) open(want json.Delim) error {
	token, err := m.Token()
	if err == nil && token != want {
		return fmt.Errorf("%v is expected, not %v", want, token)
	}
	return err
}

// skip passes a value over without keeping it.
func (m members) skip() error {
	for depth := 0; ; {
		m.source.left = maxMember
		token, err := m.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

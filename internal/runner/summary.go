package runner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// The bounds of a summary. Whoever approves is to see every change, so values are left out before changes are.
const (
	MaxChanges    = 50_000   // changes that are listed
	maxSummary    = 32 << 20 // bytes of them all
	maxWithValues = 16 << 20 // bytes after which changes are listed without their values
	maxOneChange  = 64 << 10 // bytes of the values of one change
)

// summarizer turns the tool's plan into a plan for people, one change after the other. A drift plan tells what
// changed in the world, the others what the tool would change.
type summarizer struct {
	mode    Mode
	mask    *Masker
	summary Summary
	size    int        // of what is listed
	digests [][32]byte // of every change and every output
}

// summarize reads the JSON that the tool writes of a plan.
func summarize(plan io.Reader, mode Mode, mask *Masker) (*Summary, error) {
	s := &summarizer{mode: mode, mask: mask, summary: Summary{Changes: []Change{}, Outputs: []Change{}}}
	m := newMembers(plan)
	err := m.each(func(name string) (bool, error) {
		switch {
		case name == "resource_drift" && mode == Drift, name == "resource_changes" && mode != Drift:
			return true, m.items(func() error { return s.readChange(m) })
		case name == "output_changes":
			return true, s.readOutputs(m)
		}
		return false, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	return s.finish(), nil
}

func (s *summarizer) readChange(m members) error {
	var change tfjson.ResourceChange
	if err := m.take("the change of one resource", &change); err != nil {
		return err
	}
	c := change.Change
	if idle(c) {
		return nil
	}
	s.digest(change.Address, change.DeposedKey, c.Actions, c.Importing, c.Before, c.After, c.AfterUnknown)
	s.summary.count(c)
	if shown, ok := s.fit(resourceChange(&change, s.mask)); ok && len(s.summary.Changes) < MaxChanges {
		s.summary.Changes = append(s.summary.Changes, shown)
	} else {
		s.summary.Truncated++
	}
	return nil
}

// readOutputs reads the changes of outputs; null is none.
func (s *summarizer) readOutputs(m members) error {
	var outputs map[string]*tfjson.Change
	if err := m.take("the outputs together", &outputs); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		c := outputs[name]
		if idle(c) {
			continue
		}
		s.digest("output."+name, c.Actions, c.Before, c.After, c.AfterUnknown)
		if shown, ok := s.fit(outputChange(name, c, s.mask)); ok {
			s.summary.Outputs = append(s.summary.Outputs, shown)
		}
	}
	return nil
}

// fit leaves values out for which there is no room, and tells whether there is room for the rest.
func (s *summarizer) fit(c Change) (Change, bool) {
	size := c.size()
	keep := maxOneChange
	if s.size > maxWithValues {
		keep = 0
	}
	for i, a := range c.Attributes {
		if keep -= a.size(); keep < 0 {
			c.Omitted += len(c.Attributes) - i
			c.Attributes = c.Attributes[:i:i]
			break
		}
		size += a.size()
	}
	if s.size+size > maxSummary {
		return c, false
	}
	s.size += size
	return c, true
}

func (s *summarizer) finish() *Summary {
	slices.SortStableFunc(s.summary.Changes, func(a, b Change) int { return strings.Compare(a.Address, b.Address) })
	slices.SortFunc(s.digests, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
	whole := sha256.New()
	for _, d := range s.digests {
		whole.Write(d[:])
	}
	s.summary.Digest = hex.EncodeToString(whole.Sum(nil))
	return &s.summary
}

// digest notes the fingerprint of one thing that a plan would do, secrets and what is cut from the summary included.
func (s *summarizer) digest(parts ...any) {
	hash := sha256.New()
	_ = json.NewEncoder(hash).Encode(parts) // maps are written with sorted keys
	s.digests = append(s.digests, [32]byte(hash.Sum(nil)))
}

// idle tells whether nothing happens to the thing. An import without a change is an action all the same.
func idle(change *tfjson.Change) bool {
	return change == nil || change.Actions.NoOp() && change.Importing == nil
}

func (s *Summary) count(change *tfjson.Change) {
	if change.Importing != nil {
		s.Import++
	}
	for _, action := range change.Actions {
		switch action {
		case tfjson.ActionCreate:
			s.Add++
		case tfjson.ActionUpdate:
			s.Change++
		case tfjson.ActionDelete:
			s.Destroy++
		}
	}
}

// operations is how many times apply will say that a resource is complete.
func (s *Summary) operations() int { return s.Add + s.Change + s.Destroy }

// size is about what a change takes besides its values.
func (c *Change) size() int {
	return len(c.Address) + len(c.Module) + len(c.Type) + len(c.Name) + len(c.Reason) + 80
}

func (a *Attribute) size() int { return len(a.Path) + len(a.Before) + len(a.After) + 40 }

func resourceChange(change *tfjson.ResourceChange, mask *Masker) Change {
	address := change.Address
	if change.DeposedKey != "" {
		address += " (deposed object " + change.DeposedKey + ")"
	}
	values, omitted := attributes(change.Change, mask)
	return Change{
		Address:    mask.Text(address),
		Module:     mask.Text(change.ModuleAddress),
		Type:       change.Type,
		Name:       change.Name,
		Action:     actionOf(change.Change.Actions),
		Reason:     string(change.ActionReason),
		Attributes: values,
		Omitted:    omitted,
	}
}

func outputChange(name string, change *tfjson.Change, mask *Masker) Change {
	values, omitted := attributes(change, mask)
	return Change{Address: "output." + name, Name: name, Action: actionOf(change.Actions), Attributes: values, Omitted: omitted}
}

func actionOf(actions tfjson.Actions) Action {
	switch {
	case actions.Replace(), slices.Contains(actions, tfjson.ActionForget) && slices.Contains(actions, tfjson.ActionCreate):
		return Replace
	case actions.Create():
		return Create
	case actions.Update():
		return Update
	case actions.Delete():
		return Delete
	case actions.Read():
		return Read
	case actions.Forget():
		return Forget
	}
	return NoOp
}

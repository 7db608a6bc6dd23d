package runner

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// summarize turns the tool's plan into a plan for people. A drift plan tells what changed in the world, the
// others what the tool would change.
func summarize(plan *tfjson.Plan, mode Mode, mask *Masker) *Summary {
	planned := plan.ResourceChanges
	if mode == Drift {
		planned = plan.ResourceDrift
	}
	planned = slices.DeleteFunc(slices.Clone(planned), func(c *tfjson.ResourceChange) bool { return idle(c.Change) })
	slices.SortStableFunc(planned, func(a, b *tfjson.ResourceChange) int {
		return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(a.DeposedKey, b.DeposedKey))
	})
	outputs := outputNames(plan.OutputChanges)
	summary := &Summary{Changes: []Change{}, Outputs: []Change{}, Digest: digest(planned, outputs, plan.OutputChanges)}
	for _, change := range planned {
		summary.count(change.Change)
		if len(summary.Changes) == MaxChanges {
			summary.Truncated++
			continue
		}
		summary.Changes = append(summary.Changes, resourceChange(change, mask))
	}
	for _, name := range outputs {
		summary.Outputs = append(summary.Outputs, outputChange(name, plan.OutputChanges[name], mask))
	}
	return summary
}

// idle tells whether nothing happens to the thing. An import without a change is an action all the same.
func idle(change *tfjson.Change) bool {
	return change == nil || change.Actions.NoOp() && change.Importing == nil
}

func outputNames(changes map[string]*tfjson.Change) []string {
	var names []string
	for name, change := range changes {
		if !idle(change) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
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

func resourceChange(change *tfjson.ResourceChange, mask *Masker) Change {
	address := change.Address
	if change.DeposedKey != "" {
		address += " (deposed object " + change.DeposedKey + ")"
	}
	return Change{
		Address:    mask.Text(address),
		Module:     mask.Text(change.ModuleAddress),
		Type:       change.Type,
		Name:       change.Name,
		Action:     actionOf(change.Change.Actions),
		Reason:     string(change.ActionReason),
		Attributes: attributes(change.Change, mask),
	}
}

func outputChange(name string, change *tfjson.Change, mask *Masker) Change {
	return Change{Address: "output." + name, Name: name, Action: actionOf(change.Actions), Attributes: attributes(change, mask)}
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

// digest is the fingerprint of everything that a plan would do, secrets and what is cut from the summary included.
func digest(changes []*tfjson.ResourceChange, outputs []string, outputChanges map[string]*tfjson.Change) string {
	hash := sha256.New()
	encoder := json.NewEncoder(hash) // maps are written with sorted keys
	for _, c := range changes {
		_ = encoder.Encode([]any{c.Address, c.DeposedKey, c.Change.Actions, c.Change.Importing, c.Change.Before, c.Change.After, c.Change.AfterUnknown})
	}
	for _, name := range outputs {
		c := outputChanges[name]
		_ = encoder.Encode([]any{"output." + name, c.Actions, c.Before, c.After, c.AfterUnknown})
	}
	return hex.EncodeToString(hash.Sum(nil))
}

package provision

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

type values = map[string]json.RawMessage

// object reads a JSON object; nothing is an empty one.
func object(text json.RawMessage) (values, error) {
	if len(text) == 0 || string(text) == "null" {
		return values{}, nil
	}
	var v values
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	return v, nil
}

func compareInputs(before applied, after change) ([]InputChange, error) {
	old, err := object(before.Inputs)
	if err != nil {
		return nil, err
	}
	wished, err := object(after.Inputs)
	if err != nil {
		return nil, err
	}
	if after.Op == opDelete {
		wished, after.Secrets = values{}, nil
	}
	var changes []InputChange
	for _, name := range names(old, wished) {
		if !sameJSON(old[name], wished[name]) {
			changes = append(changes, InputChange{Name: name, Before: old[name], After: wished[name]})
		}
	}
	for _, name := range unionOf(before.Secrets, after.Secrets) {
		changes = append(changes, InputChange{Name: name, Sensitive: true})
	}
	return changes, nil
}

func names(maps_ ...values) []string {
	all := map[string]struct{}{}
	for _, m := range maps_ {
		for name := range m {
			all[name] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func unionOf(a, b []string) []string {
	union := slices.Concat(a, b)
	slices.Sort(union)
	return slices.Compact(union)
}

func sameJSON(a, b json.RawMessage) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	var x, y bytes.Buffer
	if json.Compact(&x, a) != nil || json.Compact(&y, b) != nil {
		return bytes.Equal(a, b)
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}

// merge puts b over a.
func merge(a, b values) values {
	merged := maps.Clone(a)
	if merged == nil {
		merged = values{}
	}
	maps.Copy(merged, b)
	return merged
}

func toJSON(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return nil // values that were JSON before always marshal
	}
	return text
}

// anys decodes every value, numbers kept as they are written.
func anys(v values) (map[string]any, error) {
	decoded := make(map[string]any, len(v))
	for name, text := range v {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("input %s: %w", name, err)
		}
		decoded[name] = value
	}
	return decoded, nil
}

// storable replaces zero bytes, which no database stores as text, in JSON.
func storable(text json.RawMessage) json.RawMessage {
	zero, other := []byte(`\u0000`), []byte(`\ufffd`)
	if !bytes.Contains(text, zero) {
		return text
	}
	kept := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch {
		case bytes.HasPrefix(text[i:], zero):
			kept, i = append(kept, other...), i+len(zero)
		case text[i] == '\\' && i+1 < len(text): // an escape of two: what follows is no beginning of one
			kept, i = append(kept, text[i:i+2]...), i+2
		default:
			kept, i = append(kept, text[i]), i+1
		}
	}
	return kept
}

// seal and open keep secret values in columns; the context ties them to their row.
func (e *Engine) seal(v values, context string) []byte {
	if len(v) == 0 {
		return nil
	}
	return e.Keyring.Seal(toJSON(v), context)
}

func (e *Engine) open(sealed []byte, context string) (values, error) {
	if len(sealed) == 0 {
		return values{}, nil
	}
	plain, err := e.Keyring.Open(sealed, context)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", context, err)
	}
	return object(plain)
}

// Package scalar holds the GraphQL scalars that are our own.
package scalar

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalJSON writes stored JSON as it is.
func MarshalJSON(text json.RawMessage) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		if len(text) == 0 {
			text = json.RawMessage("null")
		}
		_, _ = w.Write(text)
	})
}

// UnmarshalJSON takes any JSON value and keeps its text.
func UnmarshalJSON(value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("not a JSON value: %w", err)
	}
	return text, nil
}

// MarshalTags writes a map of texts as a JSON object.
func MarshalTags(tags map[string]string) graphql.Marshaler {
	text, _ := json.Marshal(tags) // a map of strings always marshals
	return MarshalJSON(text)
}

// UnmarshalTags takes a JSON object of texts.
func UnmarshalTags(value any) (map[string]string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("not a JSON value: %w", err)
	}
	var tags map[string]string
	if err := json.Unmarshal(text, &tags); err != nil {
		return nil, fmt.Errorf("not an object of texts: %w", err)
	}
	return tags, nil
}

package graph

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/fault"
)

// unless is a result, null when it was refused.
func unless[T any](refused []*model.UserError, result *T) *T {
	if len(refused) > 0 {
		return nil
	}
	return result
}

// idUnless is the id of what was removed, null when that was refused.
func idUnless(refused []*model.UserError, id string) *string { return unless(refused, &id) }

// each turns every item into what GraphQL shows; a list is never null.
func each[A, B any](items []A, show func(A) B) []B {
	shown := make([]B, len(items))
	for i, item := range items {
		shown[i] = show(item)
	}
	return shown
}

func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// decoded reads a stored JSON list.
func decoded[T any](text json.RawMessage) ([]T, error) {
	items := []T{}
	if len(text) == 0 {
		return items, nil
	}
	if err := json.Unmarshal(text, &items); err != nil {
		return nil, fmt.Errorf("read a stored list: %w", err)
	}
	return orEmpty(items), nil
}

// given is a text, or null when it is empty.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// orZero is what an optional input holds, or the zero value.
func orZero[T any](value *T) (zero T) {
	if value == nil {
		return zero
	}
	return *value
}

func text(input *model.TextInput) fault.Text {
	if input == nil {
		return fault.Text{}
	}
	return fault.Text{EN: input.En, FR: input.Fr}
}

func textOrNil(input *model.TextInput) *fault.Text {
	if input == nil {
		return nil
	}
	t := text(input)
	return &t
}

// reasonFor is a refusal in the viewer's language; null for none.
func reasonFor(ctx context.Context, err error) *string {
	list, ok := fault.AsList(err)
	if !ok {
		return nil
	}
	message := list[0].Message(access.FromContext(ctx).Locale)
	return &message
}

func policyOf(p catalog.Approval) *model.ApprovalPolicy {
	return &model.ApprovalPolicy{
		Auto: p.Auto, Roles: orEmpty(p.Roles), Count: p.Count, NotSelf: p.NotSelf, ExpiresIn: p.ExpiresIn,
	}
}

// tagsOf reads an object of texts.
func tagsOf(input json.RawMessage) (tags map[string]string, err error) {
	if len(input) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(input, &tags); err != nil {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "Tags are an object of texts.", FR: "Les étiquettes forment un objet de textes.",
		}).At("tags").Because(err)
	}
	return tags, nil
}

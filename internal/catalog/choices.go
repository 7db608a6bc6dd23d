package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/user"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// sources are the connections that choices can come from, and the fields of their nodes that can be sent. Each
// tells whether the viewer of ctx sees such a node.
var sources = map[string]map[string]func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error){
	"projects": {
		"id": func(ctx context.Context, client *ent.Client, _, value string) (bool, error) {
			return client.Project.Query().Where(project.ID(value)).Exist(ctx)
		},
		"acronym": func(ctx context.Context, client *ent.Client, _, value string) (bool, error) {
			return client.Project.Query().Where(project.Acronym(value)).Exist(ctx)
		},
		"name": func(ctx context.Context, client *ent.Client, _, value string) (bool, error) {
			return client.Project.Query().Where(project.Name(value)).Exist(ctx)
		},
	},
	"resources": {
		"id": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Resource.Query().Where(resource.ProjectID(projectID), resource.ID(value)).Exist(ctx)
		},
		"name": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Resource.Query().Where(resource.ProjectID(projectID), resource.Name(value), resource.StatusNEQ(resource.StatusDELETED)).Exist(ctx)
		},
	},
	"networks": {
		"id": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Network.Query().Where(schema.ClaimableBy(projectID), network.ID(value)).Exist(ctx)
		},
		"name": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Network.Query().Where(schema.ClaimableBy(projectID), network.Name(value)).Exist(ctx)
		},
	},
	"members": {
		"email": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Membership.Query().Where(membership.ProjectID(projectID), membership.HasUserWith(user.Email(value))).Exist(ctx)
		},
		"name": func(ctx context.Context, client *ent.Client, projectID, value string) (bool, error) {
			return client.Membership.Query().Where(membership.ProjectID(projectID), membership.HasUserWith(user.Name(value))).Exist(ctx)
		},
	},
}

// CheckChoices checks inputs whose choices come from one of our own connections: what is sent has to be there,
// seen with the rights of who asks. A default chooses nothing and is let through. It returns a fault.List, or nil.
func (s *Service) CheckChoices(ctx context.Context, projectID string, schema json.RawMessage, inputs map[string]any) error {
	f, err := knownForm(schema)
	if err != nil {
		return err
	}
	var faults fault.List
	for _, name := range slices.Sorted(maps.Keys(f.variables)) {
		source := f.variables[name].note.Source
		if source == nil {
			continue
		}
		for _, value := range sent(inputs[name]) {
			if f.variables[name].isDefault(value) {
				continue
			}
			there, err := sources[source.From][source.Value](ctx, s.DB.Client(ctx), projectID, value)
			if err != nil {
				return fmt.Errorf("check %s: %w", name, database.Fault(err))
			}
			if !there {
				faults = append(faults, fault.New(fault.Invalid, textNoChoice, value).At("inputs", name))
			}
		}
	}
	return faults.OrNil()
}

// isDefault tells whether a text is what the variable holds when nobody says anything, as an empty one.
func (v formVariable) isDefault(text string) bool {
	return v.hasDefault && v.def.IsKnown() && !v.def.IsNull() && v.def.Type() == cty.String && v.def.AsString() == text
}

var textNoChoice = fault.Text{EN: "%s is none of the choices.", FR: "%s ne fait pas partie des choix."}

// sent lists the texts of an input: one, or several in a list.
func sent(input any) []string {
	switch v := input.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		var list []string
		for _, element := range v {
			list = append(list, sent(element)...)
		}
		return list
	}
	return nil
}

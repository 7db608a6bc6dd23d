package provision

import (
	"encoding/json"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/fault"
)

// operation is what a run does to its subject.
type operation string

const (
	opBase    operation = "base"    // puts the base template into the project's folder, or a newer version of it
	opCreate  operation = "create"  // adds a resource
	opUpdate  operation = "update"  // changes a resource's inputs
	opUpgrade operation = "upgrade" // moves a resource to another version of its template
	opDelete  operation = "delete"  // takes a resource out
	opDrift   operation = "drift"   // looks whether the world is as it was applied
	opSync    operation = "sync"    // reads a library
	opBulk    operation = "bulk"    // changes many servers
)

// change is what a run is to do: the column runs.change. Secret inputs are apart, sealed.
type change struct {
	Op         operation       `json:"op"`
	Name       string          `json:"name,omitempty"`     // of the resource, project or library
	Template   string          `json:"template,omitempty"` // name of the template
	TemplateID string          `json:"templateId,omitempty"`
	Inputs     json.RawMessage `json:"inputs,omitempty"` // without the secret ones
	Secrets    []string        `json:"secrets,omitempty"`
	Before     *applied        `json:"before,omitempty"`
	Bulk       *bulkChange     `json:"bulk,omitempty"`
}

// applied is what the project's folder holds of a resource: the column resources.applied.
type applied struct {
	TemplateID string          `json:"templateId"`
	Inputs     json.RawMessage `json:"inputs,omitempty"`
	Secrets    []string        `json:"secrets,omitempty"`
	// Leaving says that the folder no longer calls it: what is left of it in the state is to be destroyed.
	Leaving bool `json:"leaving,omitempty"`
}

func changeOf(r *ent.Run) (change, error) {
	var c change
	if err := json.Unmarshal(r.Change, &c); err != nil {
		return change{}, fmt.Errorf("change of run %s: %w", r.ID, err)
	}
	return c, nil
}

func appliedOf(r *ent.Resource) (*applied, error) {
	if len(r.Applied) == 0 || string(r.Applied) == "null" {
		return nil, nil
	}
	var a applied
	if err := json.Unmarshal(r.Applied, &a); err != nil {
		return nil, fmt.Errorf("applied of resource %s: %w", r.ID, err)
	}
	return &a, nil
}

var titles = map[operation]fault.Text{
	opBase:    {EN: "Prepare project %s", FR: "Préparer le projet %s"},
	opCreate:  {EN: "Create %s", FR: "Créer %s"},
	opUpdate:  {EN: "Change %s", FR: "Modifier %s"},
	opUpgrade: {EN: "Upgrade %s", FR: "Mettre à niveau %s"},
	opDelete:  {EN: "Delete %s", FR: "Supprimer %s"},
	opDrift:   {EN: "Look for drift in %s", FR: "Rechercher les dérives de %s"},
	opSync:    {EN: "Sync library %s", FR: "Synchroniser la bibliothèque %s"},
}

// TitleOf says in a few words what a run is to do.
func TitleOf(r *ent.Run) fault.Text {
	c, err := changeOf(r)
	if err != nil {
		return fault.Text{EN: string(r.Kind), FR: string(r.Kind)}
	}
	if c.Bulk != nil {
		return c.Bulk.title()
	}
	title := titles[c.Op]
	return fault.Text{EN: title.In("en", c.Name), FR: title.In("fr", c.Name)}
}

// TemplateIDOf names the version of a template that a run is about; empty when it is about none.
func TemplateIDOf(r *ent.Run) string {
	c, err := changeOf(r)
	if err != nil {
		return ""
	}
	return c.TemplateID
}

// InputChange is one input before and after a run. A sensitive one shows no values.
type InputChange struct {
	Name          string
	Before, After json.RawMessage
	Sensitive     bool
}

// InputChanges lists the inputs that a run changes, sorted by name.
func InputChanges(r *ent.Run) ([]InputChange, error) {
	c, err := changeOf(r)
	if err != nil || c.Op == opSync || c.Op == opDrift || c.Op == opBulk {
		return nil, err
	}
	before := applied{}
	if c.Before != nil {
		before = *c.Before
	}
	return compareInputs(before, c)
}

func kindOf(op operation) run.Kind {
	switch op {
	case opDelete:
		return run.KindDESTROY
	case opDrift:
		return run.KindDRIFT
	case opSync:
		return run.KindLIBRARY_SYNC
	case opBulk:
		return run.KindBULK
	}
	return run.KindPROVISION
}

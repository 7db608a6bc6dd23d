package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/gitops"
	"github.com/arpent/arpent/internal/runner"
)

// Applied settles a project whose changes are applied.
func (e world) Applied(ctx context.Context, r *ent.Run, result runner.Result) error {
	return e.settle(ctx, r, result.Outputs)
}

// Unchanged settles a project whose folder holds the run's change without anything to apply.
func (e world) Unchanged(ctx context.Context, r *ent.Run) error {
	if err := e.Adopted(ctx, r); err != nil {
		return err
	}
	return e.settle(ctx, r, nil)
}

// Adopted notes that the project's folder holds the run's change: what was wished is what is there.
func (e world) Adopted(ctx context.Context, r *ent.Run) error {
	c, err := changeOf(r)
	if err != nil || r.ResourceID == nil {
		return err
	}
	update := e.DB.Client(ctx).Resource.Update().Where(resource.ID(*r.ResourceID)) // by its id alone it would be read again
	if c.Op == opDelete {
		leaving := *c.Before
		leaving.Leaving = true
		return update.SetApplied(toJSON(leaving)).Exec(database.Later(ctx))
	}
	secrets, err := e.open(r.SealedChange, changeContext(r.ID))
	if err != nil {
		return err
	}
	return update.SetApplied(toJSON(applied{TemplateID: c.TemplateID, Inputs: c.Inputs, Secrets: c.Secrets})).
		SetSealedApplied(e.seal(secrets, appliedContext(*r.ResourceID))).Exec(database.Later(ctx))
}

// settle makes the resources of a project READY that its folder holds, with their outputs when there are new
// ones, and the run's own subject what the run made of it.
func (e *Engine) settle(ctx context.Context, r *ent.Run, outputs map[string]runner.Output) error {
	c, err := changeOf(r)
	if err != nil {
		return err
	}
	if c.Op == opBase {
		if err := e.DB.Client(ctx).Project.UpdateOneID(*r.ProjectID).SetBaseTemplateID(c.TemplateID).Exec(ctx); err != nil {
			return err
		}
	}
	present, err := e.presentFor(ctx, *r.ProjectID, outputs != nil)
	if err != nil {
		return err
	}
	for _, p := range present {
		was, err := appliedOf(p)
		if err != nil {
			return err
		}
		if was.Leaving {
			err = e.deleted(ctx, p.ID)
		} else {
			err = e.ready(ctx, p, outputs, r.ResourceID != nil && p.ID == *r.ResourceID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// present lists the resources that the project's folder holds.
func (e *Engine) present(ctx context.Context, projectID string) ([]*ent.Resource, error) {
	return e.presentFor(ctx, projectID, false)
}

// presentFor is present, with what their templates say of their outputs where those are to be told apart.
func (e *Engine) presentFor(ctx context.Context, projectID string, outputs bool) ([]*ent.Resource, error) {
	query := e.DB.Client(ctx).Resource.Query().
		Where(resource.ProjectID(projectID), resource.StatusNEQ(resource.StatusDELETED), resource.AppliedNotNil())
	if outputs {
		query.WithTemplate(func(q *ent.TemplateQuery) { q.Select(template.FieldOutputs) })
	}
	all, err := query.Order(resource.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r *ent.Resource) bool { return string(r.Applied) == "null" }), nil
}

// ready writes a resource that is as it should be. One that another run is about keeps its status.
func (e *Engine) ready(ctx context.Context, r *ent.Resource, outputs map[string]runner.Output, own bool) error {
	update := e.DB.Client(ctx).Resource.Update().Where(resource.ID(r.ID)).ClearDrift() // by its id alone it would be read again
	after := *r
	news := outputs != nil && setOutputs(e, update, &after, outputs)
	settled := own || r.Status == resource.StatusERROR && e.refuseWhileBusy(ctx, r) == nil
	if settled {
		news = news || r.Status != resource.StatusREADY
		after.Status = resource.StatusREADY
		update.SetStatus(resource.StatusREADY).SetReadyAt(e.now()).ClearError()
	}
	if !settled && !news && !Drifted(r) {
		return nil // nothing is said of it: its time of change stays
	}
	if err := update.Exec(database.Apart(ctx)); err != nil || !news {
		return err
	}
	return e.journalResource(ctx, &after, "resource.ready", map[string]any{"status": r.Status})
}

// shownOutput is an output as resources.outputs keeps it: a sensitive value is null and sealed apart.
type shownOutput struct {
	Value     json.RawMessage `json:"value,omitempty"`
	Sensitive bool            `json:"sensitive"`
}

// setOutputs sets the outputs of a resource, and tells whether they are others than before.
func setOutputs(e *Engine, update *ent.ResourceUpdate, r *ent.Resource, all map[string]runner.Output) bool {
	shown, hidden := map[string]shownOutput{}, values{}
	for root, output := range all {
		name, own := ownOutput(r, root, r.Edges.Template.Outputs)
		if !own {
			continue
		}
		if output.Sensitive {
			shown[name], hidden[name] = shownOutput{Sensitive: true}, output.Value
		} else {
			shown[name] = shownOutput{Value: storable(output.Value)}
		}
	}
	text := toJSON(shown)
	update.SetOutputs(text).SetSealedOutputs(e.seal(hidden, outputsContext(r.ID)))
	before, err := e.open(r.SealedOutputs, outputsContext(r.ID))
	return err != nil || !sameJSON(text, r.Outputs) || !sameJSON(toJSON(before), toJSON(hidden))
}

func (e *Engine) deleted(ctx context.Context, id string) error {
	gone, err := e.DB.Client(ctx).Resource.UpdateOneID(id).SetStatus(resource.StatusDELETED).
		ClearSingleton().ClearError().ClearOutputs().ClearSealedOutputs().ClearDrift().
		SetApplied(json.RawMessage("null")).ClearSealedApplied().Save(ctx)
	if err != nil {
		return err
	}
	return e.journalResource(ctx, gone, "resource.deleted", nil)
}

// Works marks the run's resource as being worked on.
func (e world) Works(ctx context.Context, r *ent.Run) error {
	return e.setStatus(ctx, r, resource.StatusIN_PROGRESS)
}

// Waits marks the run's resource as waiting for people.
func (e world) Waits(ctx context.Context, r *ent.Run) error {
	return e.setStatus(ctx, r, resource.StatusPENDING_APPROVAL)
}

func (e *Engine) setStatus(ctx context.Context, r *ent.Run, status resource.Status) error {
	if r.ResourceID == nil || r.Kind == run.KindDRIFT {
		return nil
	}
	if r.Kind == run.KindDESTROY && status == resource.StatusIN_PROGRESS {
		status = resource.StatusDELETING
	}
	subject, err := e.DB.Client(ctx).Resource.Get(ctx, *r.ResourceID)
	if err != nil || subject.Status == status {
		return err
	}
	if err := e.DB.Client(ctx).Resource.Update().Where(resource.ID(subject.ID)).SetStatus(status).Exec(database.Later(ctx)); err != nil {
		return err
	}
	after := *subject
	after.Status = status
	return e.journalResource(ctx, &after, "resource."+strings.ToLower(string(status)), map[string]any{"status": subject.Status})
}

// Stays writes what becomes of a resource whose run came to nothing. One that is in the folder as it was is
// what it was before; one that was never made, or whose apply was broken off, is in error, with the reason.
func (e world) Stays(ctx context.Context, r *ent.Run, to State, reason *fault.Error) error {
	if r.ResourceID == nil || r.Kind == run.KindDRIFT {
		return nil
	}
	subject, err := e.DB.Client(ctx).Resource.Get(ctx, *r.ResourceID)
	if err != nil {
		return err
	}
	was, err := appliedOf(subject)
	if err != nil {
		return err
	}
	untouched := was != nil && !was.Leaving && to.Phase == run.PhasePLAN && to.Status != run.StatusFAILED
	if untouched || was != nil && !was.Leaving && stateOf(r) == applyQueued {
		return e.restore(ctx, subject, was)
	}
	text := reason.Text()
	update := subject.Update().SetStatus(resource.StatusERROR).SetError(&text)
	unmade, err := e.unmade(ctx, subject, was)
	if err != nil {
		return err
	}
	if unmade {
		update.SetApplied(json.RawMessage("null")).ClearSealedApplied()
	}
	after, err := update.Save(ctx)
	if err != nil {
		return err
	}
	return e.journalResource(ctx, after, "resource.error", map[string]any{"status": subject.Status})
}

// unmade tells whether nothing came of a resource whose first apply was broken off: then the project's folder goes on without
// it until its own next run, and what can not be met for one does not fail all others. What can not be told is taken as made.
func (e *Engine) unmade(ctx context.Context, r *ent.Resource, was *applied) (bool, error) {
	if was == nil || was.Leaving || r.ReadyAt != nil {
		return false, nil
	}
	content, err := e.Catalog.Content(ctx, was.TemplateID)
	if err != nil || content.Template.Style != catalog.Module {
		return false, err
	}
	words := make([]string, 0, 3)
	for _, end := range []string{`"`, `.`, `[`} {
		words = append(words, `"`+gitops.ModuleAddress(r.Name)+end)
	}
	found, readable, err := e.mentioned(ctx, r.ProjectID, words)
	return readable && len(found) == 0, err
}

// restore makes a resource wish again what it has.
func (e *Engine) restore(ctx context.Context, subject *ent.Resource, was *applied) error {
	secrets, err := e.open(subject.SealedApplied, appliedContext(subject.ID))
	if err != nil {
		return err
	}
	after, err := subject.Update().SetStatus(resource.StatusREADY).ClearError().SetTemplateID(was.TemplateID).
		SetInputs(was.Inputs).SetSecretInputNames(was.Secrets).
		SetSealedInputs(e.seal(secrets, inputsContext(subject.ID))).Save(ctx)
	if err != nil {
		return err
	}
	return e.journalResource(ctx, after, "resource.restored", map[string]any{"status": subject.Status})
}

// Failed marks the other resources of the project in which the tool found errors while it applied.
func (e world) Failed(ctx context.Context, r *ent.Run, result runner.Result) error {
	if r.Phase != run.PhaseAPPLY {
		return nil
	}
	present, err := e.present(ctx, *r.ProjectID)
	if err != nil {
		return err
	}
	for _, p := range present {
		if r.ResourceID != nil && p.ID == *r.ResourceID {
			continue
		}
		if summary := errorIn(p, result.Diagnostics); summary != "" {
			text := fault.Text{EN: summary, FR: "L’outil dit : « " + summary + " »"}
			if err := p.Update().SetStatus(resource.StatusERROR).SetError(&text).Exec(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// errorIn is the first error that the tool reports in a module resource.
func errorIn(r *ent.Resource, diagnostics []runner.Diagnostic) string {
	for _, d := range diagnostics {
		if d.Severity == "error" && strings.HasPrefix(d.Address, gitops.ModuleAddress(r.Name)+".") {
			return d.Summary
		}
	}
	return ""
}

// OutputOf is one output of a resource as people see it; a sensitive one has no value until it is revealed.
type OutputOf struct {
	Name      string
	Value     json.RawMessage
	Sensitive bool
}

// Outputs lists the outputs of a resource, sorted by name.
func Outputs(r *ent.Resource) ([]OutputOf, error) {
	if len(r.Outputs) == 0 {
		return nil, nil
	}
	var shown map[string]shownOutput
	if err := json.Unmarshal(r.Outputs, &shown); err != nil {
		return nil, fmt.Errorf("outputs of resource %s: %w", r.ID, err)
	}
	outputs := make([]OutputOf, 0, len(shown))
	for name, o := range shown {
		outputs = append(outputs, OutputOf{Name: name, Value: o.Value, Sensitive: o.Sensitive})
	}
	slices.SortFunc(outputs, func(a, b OutputOf) int { return strings.Compare(a.Name, b.Name) })
	return outputs, nil
}

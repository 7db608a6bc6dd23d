package provision

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/resource"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Retry starts a run that does again what one that came to nothing was to do.
func (e *Engine) Retry(ctx context.Context, runID string) (*ent.Run, error) {
	var again *ent.Run
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, err := e.lockedRun(ctx, runID)
		if err != nil {
			return err
		}
		if err := e.MayRetry(ctx, r); err != nil {
			return err
		}
		if r.Kind == run.KindBULK {
			again, err = e.bulkAgain(ctx, r)
			return err
		}
		again, err = e.again(ctx, r)
		return err
	})
	return again, database.Fault(err)
}

// MayRetry tells whether the viewer may retry a run: nil, or why not.
func (e *Engine) MayRetry(ctx context.Context, r *ent.Run) error {
	readings, err := e.Readings(ctx, []*ent.Run{r})
	if err != nil {
		return err
	}
	return readings[r.ID].MayRetry
}

// mayAgain tells whether the viewer may retry a run that no later one has overtaken.
func mayAgain(ctx context.Context, r *ent.Run) error {
	wanted := access.ResourceRequest
	if r.Kind == run.KindDESTROY {
		wanted = access.ResourceDelete
	}
	if err := mayTouch(ctx, r, wanted); err != nil {
		return err
	}
	if !stateOf(r).Final() || r.Status == run.StatusSUCCEEDED {
		return fault.New(fault.Conflict, fault.Text{
			EN: "Only a run that failed, was canceled or rejected can be retried.",
			FR: "Seule une exécution échouée, annulée ou rejetée peut être relancée.",
		})
	}
	return nil
}

// errOvertaken refuses to retry a run that a later one about the same thing has overtaken.
var errOvertaken = fault.New(fault.Conflict, fault.Text{
	EN: "A later run has taken its place.", FR: "Une exécution plus récente l’a remplacée.",
})

// again orders the change of a run once more, with the inputs that it had.
func (e *Engine) again(ctx context.Context, r *ent.Run) (*ent.Run, error) {
	c, err := changeOf(r)
	if err != nil {
		return nil, err
	}
	secrets, err := e.open(r.SealedChange, changeContext(r.ID))
	if err != nil {
		return nil, err
	}
	p, err := PolicyOf(r)
	if err != nil {
		return nil, err
	}
	o := order{change: c, secrets: secrets, policy: p, retryOf: r}
	if err := e.address(ctx, r, &o); err != nil {
		return nil, err
	}
	return e.start(ctx, o)
}

// address finds what a retried run is about, and makes it ready for another attempt.
func (e *Engine) address(ctx context.Context, r *ent.Run, o *order) (err error) {
	client := e.DB.Client(ctx)
	if r.LibraryID != nil {
		o.library, err = client.Library.Get(ctx, *r.LibraryID)
		return err
	}
	if o.project, err = client.Project.Get(ctx, *r.ProjectID); err != nil {
		return err
	}
	if err := active(o.project); err != nil || r.ResourceID == nil {
		return err
	}
	subject, err := client.Resource.Get(ctx, *r.ResourceID)
	if err != nil {
		return err
	}
	if err := e.alterable(ctx, subject); err != nil {
		return err
	}
	o.resource, err = e.wishAgain(ctx, subject, r, o)
	return err
}

// wishAgain puts the inputs of a retried run back as what the resource is to become.
func (e *Engine) wishAgain(ctx context.Context, subject *ent.Resource, r *ent.Run, o *order) (*ent.Resource, error) {
	update := subject.Update().SetStatus(resource.StatusREQUESTED).ClearError()
	if o.change.Op == opDelete {
		update.SetStatus(resource.StatusDELETING)
	} else {
		update.SetTemplateID(o.change.TemplateID).SetInputs(o.change.Inputs).SetSecretInputNames(o.change.Secrets).
			SetSealedInputs(e.seal(o.secrets, inputsContext(subject.ID)))
	}
	again, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	return again, e.journalResource(ctx, again, "resource.retried", map[string]any{"run": r.ID})
}

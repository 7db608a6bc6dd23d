package provision

import (
	"context"
	"encoding/json"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// RevealOutput returns the value of a sensitive output. That it was read, and by whom, is recorded first.
func (e *Engine) RevealOutput(ctx context.Context, resourceID, name string) (json.RawMessage, error) {
	var value json.RawMessage
	err := e.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		r, err := e.DB.Client(ctx).Resource.Get(ctx, resourceID)
		if err != nil {
			return at(err, "resourceId")
		}
		if err := may(ctx, r.ProjectID, access.SecretReveal); err != nil {
			return err
		}
		hidden, err := e.open(r.SealedOutputs, outputsContext(r.ID))
		if err != nil {
			return err
		}
		var ok bool
		if value, ok = hidden[name]; !ok {
			return fault.New(fault.NotFound, fault.Text{
				EN: "%s has no sensitive output %q.", FR: "%s n’a pas de sortie sensible « %s ».",
			}, r.Name, name).At("name")
		}
		return e.Journal.Write(ctx, journal.Entry{
			Type: "resource.output_revealed", Audience: journal.Project, SubjectID: r.ID, Subject: r.Name, ProjectID: r.ProjectID,
			After: map[string]any{"output": name},
		})
	})
	return value, database.Fault(err)
}

package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/arpent/arpent/internal/clock"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
)

// abandoned says why a run is given back whose worker died.
var abandoned = fault.Text{
	EN: "The worker died; what its tool had done is stored",
	FR: "L’exécuteur est mort ; ce que son outil avait fait est enregistré",
}

// GiveBack ends an attempt whose worker died in the name of that worker, as long as its lease lives: the state that its
// tool could not store is stored, and the run goes on elsewhere at once. It is what runner.Terraform.Recover calls. An
// error says that the state was not taken: the lease is gone, or the state does not continue the stored one.
func GiveBack(backend Backend) func(context.Context, runner.Left) error {
	return func(ctx context.Context, left runner.Left) error {
		lease := Lease{RunID: left.RunID, Number: left.Attempt, Token: left.Token}
		result := runner.Result{Outcome: runner.Canceled, State: left.State, Reason: &abandoned}
		tell := func() error { return backend.Finish(ctx, lease, Rest{}, result) }
		err := insist(ctx, clock.Real{}, tell)
		switch {
		case errors.Is(err, ErrLeaseLost) && left.State == nil:
			return nil // somebody else has the run by now, and nothing is lost
		case errors.Is(err, ErrLeaseLost):
			return fmt.Errorf("its state was not stored: %w", err)
		}
		if refused, ok := fault.As(err); ok && result.State != nil {
			result.State = nil
			return errors.Join(fmt.Errorf("its state was not stored: %w", refused), insist(ctx, clock.Real{}, tell))
		}
		return err
	}
}

package graph

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/fault"
)

// workerSilence is how long a worker may say nothing and still count as alive.
const workerSilence = time.Minute

// runsOfWorkers are the runs that workers hold, by their names.
func (r *Resolver) runsOfWorkers(ctx context.Context, names []string) (map[string][]*ent.Run, error) {
	held, err := r.client(ctx).Run.Query().
		Where(run.WorkerIn(names...), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING)).Order(run.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string][]*ent.Run{}
	for _, name := range names {
		byName[name] = []*ent.Run{}
	}
	for _, one := range held {
		byName[*one.Worker] = append(byName[*one.Worker], one)
	}
	return byName, nil
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

// idUnless is the id of what was removed, null when that was refused.
func idUnless(refused []*model.UserError, id string) *string {
	if len(refused) > 0 {
		return nil
	}
	return &id
}

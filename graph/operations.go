package graph

import (
	"context"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/provision"
)

// runsOfWorkers are the runs that workers hold, by their names, each with all that the query asks of it.
func (r *Resolver) runsOfWorkers(ctx context.Context, names []string) (map[string][]*ent.Run, error) {
	held, err := r.client(ctx).Run.Query().
		Where(run.WorkerIn(names...), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING)).
		Select(run.FieldID, run.FieldWorker).All(ctx)
	if err != nil {
		return nil, err
	}
	holder, ids := map[string]string{}, []string{}
	for _, one := range held {
		holder[one.ID], ids = *one.Worker, append(ids, one.ID)
	}
	query, err := r.client(ctx).Run.Query().Where(run.IDIn(ids...)).Order(run.ByID()).CollectFields(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string][]*ent.Run{}
	for _, name := range names {
		byName[name] = []*ent.Run{}
	}
	runs, err := query.All(ctx)
	for _, one := range runs {
		byName[holder[one.ID]] = append(byName[holder[one.ID]], one)
	}
	return byName, err
}

func depthOf(b provision.Backlog) *model.QueueDepth {
	depth := &model.QueueDepth{Priority: string(b.Priority), Waiting: b.Waiting}
	if !b.Oldest.IsZero() {
		depth.Oldest = int(time.Since(b.Oldest) / time.Second)
	}
	return depth
}

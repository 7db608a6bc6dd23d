package graph

import (
	"context"
	"slices"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/worker"
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

// workersAlive are those of some workers that are alive, by their names.
func (r *Resolver) workersAlive(ctx context.Context, names []string) (map[string]bool, error) {
	alive, err := r.client(ctx).Worker.Query().Where(worker.NameIn(names...), provision.WorkerAlive(time.Now())).Select(worker.FieldName).Strings(ctx)
	byName := map[string]bool{}
	for _, name := range alive {
		byName[name] = true
	}
	return byName, err
}

// maxWaiting is how many runs are listed that wait for a worker.
const maxWaiting = 100

// waitingRuns are the runs that wait for a worker and that the viewer may see, in order.
func (r *Resolver) waitingRuns(ctx context.Context) ([]*ent.Run, error) {
	ids, err := r.Engine.Waiting(ctx, maxWaiting)
	if err != nil {
		return nil, err
	}
	query, err := r.client(ctx).Run.Query().Where(run.IDIn(ids...)).CollectFields(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := query.All(ctx)
	slices.SortFunc(runs, func(a, b *ent.Run) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return runs, err
}

func depthOf(b provision.Backlog) *model.QueueDepth {
	depth := &model.QueueDepth{Priority: string(b.Priority), Waiting: b.Waiting}
	if !b.Oldest.IsZero() {
		depth.Oldest = int(time.Since(b.Oldest) / time.Second)
	}
	return depth
}

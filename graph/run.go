package graph

import (
	"context"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/provision"
)

// maxAwaiting is how many runs are looked at that wait for approval.
const maxAwaiting = 100

// runsAwaitingMe are the runs whose question the viewer may answer, the oldest first.
func (r *Resolver) runsAwaitingMe(ctx context.Context) ([]*ent.Run, error) {
	projects, all := access.FromContext(ctx).ProjectsWith(access.RunApprove)
	query := r.client(ctx).Run.Query().Where(run.StatusEQ(run.StatusAWAITING_APPROVAL))
	if !all {
		query.Where(run.ProjectIDIn(projects...))
	}
	waiting, err := query.Order(run.ByID()).Limit(maxAwaiting).All(ctx)
	if err != nil {
		return nil, err
	}
	readings, err := r.Engine.Readings(ctx, waiting)
	if err != nil {
		return nil, err
	}
	mine := []string{}
	for _, one := range waiting {
		if readings[one.ID].MayApprove == nil {
			mine = append(mine, one.ID)
		}
	}
	asked, err := r.client(ctx).Run.Query().Where(run.IDIn(mine...)).Order(run.ByID()).CollectFields(ctx)
	if err != nil {
		return nil, err
	}
	return asked.All(ctx)
}

// reading is what the viewer is told of a run, looked up for all runs of the answer at once.
func (r *Resolver) reading(ctx context.Context, one *ent.Run) (provision.Reading, error) {
	return lookup(ctx, "readings", ofRun, one.ID, func(ctx context.Context, ids []string) (map[string]provision.Reading, error) {
		return r.Engine.Readings(ctx, append(runsSeen(ctx, ids, one.ID), one))
	})
}

// templateOf is the version of a template that a run is about, looked up for all runs of the answer at once.
func (r *Resolver) templateOf(ctx context.Context, one *ent.Run) (*ent.Template, error) {
	return lookupHere(ctx, "templates of runs", ofRun, one.ID, func(ctx context.Context, ids []string) (map[string]*ent.Template, error) {
		wanted := map[string][]string{}
		for _, other := range append(runsSeen(ctx, ids, one.ID), one) {
			if id := provision.TemplateIDOf(other); id != "" {
				wanted[id] = append(wanted[id], other.ID)
			}
		}
		return r.templatesFor(ctx, wanted)
	})
}

// lastRunsOfResources are the newest runs of resources.
func (r *Resolver) lastRunsOfResources(ctx context.Context, ids []string) (map[string]*ent.Run, error) {
	return r.newest(ctx, run.FieldResourceID, run.ResourceIDIn(ids...))
}

// lastRunsOfLibraries are the newest runs of libraries.
func (r *Resolver) lastRunsOfLibraries(ctx context.Context, ids []string) (map[string]*ent.Run, error) {
	return r.newest(ctx, run.FieldLibraryID, run.LibraryIDIn(ids...))
}

// newest finds the newest run of each of several things; column names what they are about. It is read along with all
// that the query asks of it.
func (r *Resolver) newest(ctx context.Context, column string, which predicate.Run) (map[string]*ent.Run, error) {
	var last []struct {
		About string `sql:"about"`
		ID    string `sql:"id"`
	}
	err := r.client(ctx).Run.Query().Where(which).Modify(func(s *sql.Selector) {
		s.Select(sql.As(s.C(column), "about"), sql.As(sql.Max(s.C(run.FieldID)), "id")).GroupBy(s.C(column))
	}).Scan(ctx, &last)
	if err != nil || len(last) == 0 {
		return nil, err
	}
	ids := map[string]string{}
	for _, l := range last {
		ids[l.ID] = l.About
	}
	query, err := r.client(ctx).Run.Query().Where(run.IDIn(slices.Collect(maps.Keys(ids))...)).CollectFields(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := query.All(ctx)
	byID := map[string]*ent.Run{}
	for _, one := range runs {
		byID[ids[one.ID]] = one
	}
	return byID, err
}

// upgrades are the newest versions of templates that are not the newest themselves.
func (r *Resolver) upgrades(ctx context.Context, ids []string) (map[string]*ent.Template, error) {
	old, err := r.client(ctx).Template.Query().Where(template.IDIn(ids...), template.Latest(false)).All(ctx)
	if err != nil || len(old) == 0 {
		return nil, err
	}
	names, libraries := map[[2]string][]string{}, []string{}
	for _, t := range old {
		names[[2]string{t.LibraryID, t.Name}] = append(names[[2]string{t.LibraryID, t.Name}], t.ID)
		libraries = append(libraries, t.LibraryID)
	}
	latest, err := r.client(ctx).Template.Query().
		Where(template.LibraryIDIn(libraries...), template.Latest(true), template.StatusEQ(template.StatusREADY)).
		Select(template.FieldID, template.FieldLibraryID, template.FieldName).All(ctx)
	if err != nil {
		return nil, err
	}
	newer := map[string][]string{}
	for _, t := range latest {
		if of := names[[2]string{t.LibraryID, t.Name}]; len(of) > 0 {
			newer[t.ID] = of
		}
	}
	return r.templatesFor(ctx, newer)
}

// templatesFor reads templates with all that the query asks of them, for the ids that each is wanted for.
func (r *Resolver) templatesFor(ctx context.Context, wanted map[string][]string) (map[string]*ent.Template, error) {
	query, err := r.client(ctx).Template.Query().Where(template.IDIn(slices.Collect(maps.Keys(wanted))...)).CollectFields(ctx)
	if err != nil {
		return nil, err
	}
	found, err := query.All(ctx)
	byID := map[string]*ent.Template{}
	for _, t := range found {
		for _, id := range wanted[t.ID] {
			byID[id] = t
		}
	}
	return byID, err
}

// baseStatuses tell how far the bases of projects are. Whether one is needed at all is asked once.
func (r *Resolver) baseStatuses(ctx context.Context, ids []string) (map[string]string, error) {
	projects, err := r.client(ctx).Project.Query().Where(project.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	without, err := r.Engine.BaseStatus(ctx, &ent.Project{})
	statuses := map[string]string{}
	for _, p := range projects {
		statuses[p.ID] = without
		if p.BaseTemplateID != nil {
			statuses[p.ID] = "READY"
		}
	}
	return statuses, err
}

func pieceOf(p provision.Piece) *model.RunLogPiece {
	return &model.RunLogPiece{Offset: p.Offset, Next: p.Next, Text: p.Text, Complete: p.Complete}
}

// runChanged follows a run for as long as the viewer may see it.
func (r *Resolver) runChanged(ctx context.Context, id string) (<-chan *ent.Run, error) {
	states, err := r.Engine.FollowRun(ctx, id)
	if err != nil {
		return nil, refused(ctx, err)
	}
	return passed(ctx, states, func(one *ent.Run) (*ent.Run, bool) { return one, r.mayStillRead(ctx, one) }), nil
}

// runLog follows a run's log for as long as the viewer may see the run.
func (r *Resolver) runLog(ctx context.Context, id string, after int64) (<-chan *model.RunLogPiece, error) {
	one, err := r.client(ctx).Run.Get(ctx, id)
	if err != nil {
		return nil, refused(ctx, err)
	}
	pieces, err := r.Engine.FollowLog(ctx, id, after)
	if err != nil {
		return nil, err
	}
	return passed(ctx, pieces, func(p provision.Piece) (*model.RunLogPiece, bool) { return pieceOf(p), r.mayStillRead(ctx, one) }), nil
}

// mayStillRead is mayRead for what reaches a subscriber beside the feed of events: that somebody lost a role a moment
// ago, on another replica, may not have come round yet.
func (r *Resolver) mayStillRead(ctx context.Context, one *ent.Run) bool {
	if err := r.Feed.LookAhead(ctx); err != nil {
		return false
	}
	return mayRead(ctx, one)
}

// mayRead is the policy of runs for one row in memory, by who the viewer is now.
func mayRead(ctx context.Context, one *ent.Run) bool {
	kind := string(one.Kind)
	return schema.MayReadRun(access.FromContext(ctx), map[string]*string{
		run.FieldProjectID: one.ProjectID, run.FieldLibraryID: one.LibraryID, run.FieldKind: &kind, run.FieldRequestedByID: one.RequestedByID,
	})
}

// passed hands on what comes for as long as it may be seen.
func passed[A, B any](ctx context.Context, from <-chan A, look func(A) (*B, bool)) <-chan *B {
	to := make(chan *B)
	go func() {
		defer close(to)
		for item := range from {
			shown, ok := look(item)
			if !ok {
				return
			}
			select {
			case to <- shown:
			case <-ctx.Done():
				return
			}
		}
	}()
	return to
}

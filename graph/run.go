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

// runChanged follows a run for as long as the viewer may see it.
func (r *Resolver) runChanged(ctx context.Context, id string) (<-chan *ent.Run, error) {
	one, err := r.client(ctx).Run.Get(ctx, id)
	if err != nil {
		return nil, refused(ctx, err)
	}
	r.onlyWhileRead(ctx, one)
	return r.Engine.FollowRow(ctx, one), nil
}

// runLog follows a run's log for as long as the viewer may see the run.
func (r *Resolver) runLog(ctx context.Context, id string, after int64) (<-chan *provision.Piece, error) {
	one, err := r.client(ctx).Run.Get(ctx, id)
	if err != nil {
		return nil, refused(ctx, err)
	}
	r.onlyWhileRead(ctx, one)
	return r.Engine.FollowLog(ctx, id, after)
}

// onlyWhileRead ends the subscription of ctx when its viewer may not see a run any more, also one who lost a role a moment
// ago on another replica, which may not have come round yet. It does not keep the run.
func (r *Resolver) onlyWhileRead(ctx context.Context, one *ent.Run) {
	of := whoseIs(one)
	onlyWhile(ctx, func() bool { return r.Feed.LookAhead(ctx) == nil && of.seenBy(access.FromContext(ctx)) })
}

// whose is what decides who may see a run; it never changes.
type whose struct {
	kind                      run.Kind
	project, library, askedBy *string
}

func whoseIs(one *ent.Run) whose {
	return whose{kind: one.Kind, project: one.ProjectID, library: one.LibraryID, askedBy: one.RequestedByID}
}

// seenBy is the policy of runs for one of them in memory.
func (w whose) seenBy(viewer *access.Viewer) bool {
	kind := string(w.kind)
	return schema.MayReadRun(viewer, map[string]*string{
		run.FieldProjectID: w.project, run.FieldLibraryID: w.library, run.FieldKind: &kind, run.FieldRequestedByID: w.askedBy,
	})
}

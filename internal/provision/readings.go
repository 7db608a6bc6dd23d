package provision

import (
	"context"
	"errors"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/approval"
	"github.com/arpent/arpent/ent/membership"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
)

// Reading is what a viewer is told of a run beside its row.
type Reading struct {
	MayApprove, MayCancel, MayRetry error // nil, or why not
	ApprovalsMissing                int
}

// Readings is what the viewer is told of runs, by their ids: with as many statements for five hundred as for five.
func (e *Engine) Readings(ctx context.Context, runs []*ent.Run) (map[string]Reading, error) {
	b := readingsOf{engine: e, runs: runs}
	if err := b.load(ctx); err != nil {
		return nil, database.Fault(err)
	}
	readings := make(map[string]Reading, len(runs))
	for _, r := range runs {
		reading, err := b.of(ctx, r)
		if err != nil {
			return nil, err
		}
		readings[r.ID] = reading
	}
	return readings, nil
}

// readingsOf holds what the readings of some runs are made from.
type readingsOf struct {
	engine    *Engine
	runs      []*ent.Run
	approvals map[string][]*ent.Approval // by run
	platform  []string                   // keys of the viewer's roles
	roles     map[string][]string        // the same, by project
	overtaken map[string]bool            // runs that a later one has taken the place of
}

func (b *readingsOf) load(ctx context.Context) error {
	var waiting, ended []*ent.Run
	for _, r := range b.runs {
		switch state := stateOf(r); {
		case state == awaiting:
			waiting = append(waiting, r)
		case state.Final() && r.Status != run.StatusSUCCEEDED:
			ended = append(ended, r)
		}
	}
	if err := b.loadApprovals(ctx, waiting); err != nil {
		return err
	}
	return b.loadOvertaken(ctx, ended)
}

func (b *readingsOf) loadApprovals(ctx context.Context, waiting []*ent.Run) error {
	b.approvals, b.roles = map[string][]*ent.Approval{}, map[string][]string{}
	if len(waiting) == 0 {
		return nil
	}
	viewer, system := access.FromContext(ctx), asEngine(ctx)
	given, err := b.engine.DB.Client(ctx).Approval.Query().Where(approval.RunIDIn(idsOf(waiting)...)).Order(approval.ByID()).All(system)
	if err != nil {
		return err
	}
	for _, a := range given {
		b.approvals[a.RunID] = append(b.approvals[a.RunID], a)
	}
	held, err := b.engine.DB.Client(ctx).Membership.Query().Where(membership.UserID(viewer.ID)).WithRole().All(system)
	for _, m := range held {
		if m.ProjectID == nil {
			b.platform = append(b.platform, m.Edges.Role.Key)
			continue
		}
		b.roles[*m.ProjectID] = append(b.roles[*m.ProjectID], m.Edges.Role.Key)
	}
	return err
}

// loadOvertaken finds which of the ended runs are not the newest about what they were about.
func (b *readingsOf) loadOvertaken(ctx context.Context, ended []*ent.Run) error {
	b.overtaken = map[string]bool{}
	var resources, libraries, projects []string
	for _, r := range ended {
		switch {
		case r.ResourceID != nil:
			resources = append(resources, *r.ResourceID)
		case r.LibraryID != nil:
			libraries = append(libraries, *r.LibraryID)
		case r.ProjectID != nil:
			projects = append(projects, *r.ProjectID)
		}
	}
	newest := map[string]string{}
	err := errors.Join(
		b.newest(ctx, newest, resources, run.ResourceIDIn(resources...), run.FieldResourceID),
		b.newest(ctx, newest, libraries, run.LibraryIDIn(libraries...), run.FieldLibraryID),
		b.newest(ctx, newest, projects, run.And(run.ProjectIDIn(projects...), run.ResourceIDIsNil()), run.FieldProjectID, run.FieldKind),
	)
	for _, r := range ended {
		b.overtaken[r.ID] = newest[aboutOf(r)] > r.ID
	}
	return err
}

// newest notes the newest run about each of some things.
func (b *readingsOf) newest(ctx context.Context, into map[string]string, ids []string, which predicate.Run, by ...string) error {
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		ResourceID *string  `json:"resource_id"`
		LibraryID  *string  `json:"library_id"`
		ProjectID  *string  `json:"project_id"`
		Kind       run.Kind `json:"kind"`
		Newest     string   `json:"newest"`
	}
	err := b.engine.DB.Client(ctx).Run.Query().Where(which).GroupBy(by[0], by[1:]...).
		Aggregate(ent.As(ent.Max(run.FieldID), "newest")).Scan(asEngine(ctx), &rows)
	for _, row := range rows {
		about := aboutOf(&ent.Run{ResourceID: row.ResourceID, LibraryID: row.LibraryID, ProjectID: row.ProjectID, Kind: row.Kind})
		into[about] = row.Newest
	}
	return err
}

// aboutOf names what a run is about; a later run about the same takes its place.
func aboutOf(r *ent.Run) string {
	switch {
	case r.ResourceID != nil:
		return *r.ResourceID
	case r.LibraryID != nil:
		return *r.LibraryID
	case r.ProjectID != nil:
		return *r.ProjectID + string(r.Kind)
	}
	return r.ID
}

func (b *readingsOf) of(ctx context.Context, r *ent.Run) (Reading, error) {
	policy, err := PolicyOf(r)
	if err != nil {
		return Reading{}, err
	}
	reading := Reading{
		MayApprove: mayAnswer(ctx, r, policy, b.rolesIn(r), b.approvals[r.ID]),
		MayCancel:  b.engine.MayCancel(ctx, r), MayRetry: mayAgain(ctx, r),
	}
	if reading.MayRetry == nil && b.overtaken[r.ID] {
		reading.MayRetry = errOvertaken
	}
	if stateOf(r) == awaiting {
		reading.ApprovalsMissing = max(0, needed(policy)-approvalsOf(r, b.approvals[r.ID]))
	}
	return reading, nil
}

func (b *readingsOf) rolesIn(r *ent.Run) []string {
	if r.ProjectID == nil {
		return b.platform
	}
	return slices.Concat(b.platform, b.roles[*r.ProjectID])
}

// approvalsOf counts the approvals of a run's present plan.
func approvalsOf(r *ent.Run, given []*ent.Approval) (n int) {
	for _, a := range given {
		if a.Digest == DigestOf(r) && a.Decision == approval.DecisionAPPROVED {
			n++
		}
	}
	return n
}

func idsOf(runs []*ent.Run) []string {
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i] = r.ID
	}
	return ids
}

package tfstate

import (
	"context"
	"net/http"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// runUser is the user name under which runs come, and leasePurpose what their tokens are signed for.
const (
	runUser      = "run"
	leasePurpose = "run-lease"
)

// lease is what a run's token proves: one attempt at one run of one project.
type lease struct {
	Run     string `json:"run"`
	Number  int64  `json:"lease"`
	Project string `json:"project"`
}

// caller is who asks, for one project.
type caller struct {
	viewer  *access.Viewer
	project *ent.Project
	lease   *lease // nil for people
	name    string // of the person, or of the run and who wants it
}

// identify says who the credentials of a request belong to and what project it is about.
func (s *Service) identify(r *http.Request) (caller, error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return caller{}, fault.New(fault.Unauthenticated, noCredentials)
	}
	if user == runUser {
		return s.identifyRun(r.Context(), password, r.PathValue("project"))
	}
	return s.identifyPerson(r.Context(), password, r.PathValue("project"))
}

func (s *Service) identifyRun(ctx context.Context, token, name string) (caller, error) {
	var held lease
	if err := s.signer.Verify(leasePurpose, token, &held); err != nil {
		return caller{}, err
	}
	p, err := s.find(ctx, name)
	if err != nil {
		return caller{}, err
	}
	if p.ID != held.Project {
		return caller{}, fault.New(fault.Denied, otherProject)
	}
	r, err := s.DB.Client(ctx).Run.Query().Where(run.ID(held.Run), run.ProjectID(p.ID), run.Lease(held.Number), working()).
		Select(run.FieldRequestedBy).Only(own(ctx))
	if ent.IsNotFound(err) {
		return caller{}, fault.New(fault.Conflict, leaseGone)
	}
	if err != nil {
		return caller{}, database.Fault(err)
	}
	viewer := &access.Viewer{Kind: access.Run, ID: held.Run, Name: r.RequestedBy, Locale: "en"}
	return caller{viewer: viewer, project: p, lease: &held, name: held.Run + " (" + r.RequestedBy + ")"}, nil
}

func (s *Service) identifyPerson(ctx context.Context, token, name string) (caller, error) {
	viewer, err := s.Viewer(ctx, token)
	if err != nil {
		return caller{}, err
	}
	if !viewer.SignedIn() || viewer.Kind != access.Token {
		return caller{}, fault.New(fault.Unauthenticated, noCredentials)
	}
	c := caller{viewer: viewer, name: viewer.Name}
	c.project, err = s.find(ctx, name)
	if err == nil && !viewer.MayIn(c.project.ID, access.StateRead) && !viewer.MayIn(c.project.ID, access.StateWrite) {
		err = fault.New(fault.NotFound, noProject)
	}
	return c, err
}

// find is the project of that acronym or id.
func (s *Service) find(ctx context.Context, name string) (*ent.Project, error) {
	which := project.Acronym(name)
	if strings.HasPrefix(name, "prj_") {
		which = project.ID(name)
	}
	p, err := s.DB.Client(ctx).Project.Query().Where(which).Select(project.FieldAcronym).Only(own(ctx))
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, noProject)
	}
	return p, database.Fault(err)
}

// may refuses what the caller has no permission for. A run may do everything with its own project's state.
func (c caller) may(ctx context.Context, p access.Permission) error {
	if c.lease != nil {
		return nil
	}
	return access.Require(access.NewContext(ctx, c.viewer), c.project.ID, p)
}

// fence refuses a run whose lease is gone, and keeps it from going until the transaction of ctx ends.
func (s *Service) fence(ctx context.Context, held *lease) error {
	if held == nil {
		return nil
	}
	alive, err := s.alive(ctx, held.Run, held.Number)
	if err == nil && !alive {
		return fault.New(fault.Conflict, leaseGone)
	}
	return err
}

// alive tells whether a run is being worked on under that lease; it stays so until the transaction of ctx ends.
func (s *Service) alive(ctx context.Context, runID string, number int64) (bool, error) {
	query := s.DB.Client(ctx).Run.Query().Where(run.ID(runID), run.Lease(number), working())
	if s.DB.Postgres() && database.InTx(ctx) {
		query = query.ForShare() // on SQLite, whoever writes is alone
	}
	ids, err := query.Limit(1).IDs(own(ctx))
	return len(ids) == 1, err
}

func working() func(*sql.Selector) { return run.StatusIn(run.StatusRUNNING, run.StatusCANCELING) }

package auth

import (
	"context"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/secret"
)

// runPrefix begins the token of a run, and runPurpose is what it is signed for. It is no lease token: the tool that has it can not
// speak for its worker.
const (
	runPrefix  = "arr_"
	runPurpose = "run-api"
)

// RunToken is what the tool of a run shows: one attempt at one run, in one project.
type RunToken struct {
	Run     string `json:"run"`
	Lease   int64  `json:"lease"`
	Project string `json:"project"`
}

// Sign makes the token.
func (t RunToken) Sign(signer *secret.Signer) string {
	return runPrefix + signer.Sign(runPurpose, t, time.Time{})
}

// LetRunsIn has the authority know the tokens of runs. Call it before the first request.
func (a *Authority) LetRunsIn(signer *secret.Signer) { a.runs = signer }

// ofRun is the viewer of a run that is being worked on, under the lease of the token. It is looked up for each request and never
// remembered: the token ends with the lease.
func (a *Authority) ofRun(ctx context.Context, plain string) (*access.Viewer, error) {
	var held RunToken
	if a.runs == nil || a.runs.Verify(runPurpose, strings.TrimPrefix(plain, runPrefix), &held) != nil {
		return nil, errCredential
	}
	r, err := a.db.Client(ctx).Run.Query().Where(
		run.ID(held.Run), run.ProjectID(held.Project), run.Lease(held.Lease), run.StatusIn(run.StatusRUNNING, run.StatusCANCELING),
	).Select(run.FieldRequestedBy, run.FieldPhase).Only(access.As(ctx, "auth"))
	if ent.IsNotFound(err) {
		return nil, errCredential
	}
	if err != nil {
		return nil, database.Fault(err)
	}
	return &access.Viewer{
		Kind: access.Run, ID: held.Run, Name: r.RequestedBy, Locale: "en", Lease: held.Lease,
		Projects: map[string]access.Set{held.Project: ofPhase(r.Phase)},
	}, nil
}

// ofPhase is what a run may do in its project. Nothing is changed that was not approved: a plan only looks.
func ofPhase(phase run.Phase) access.Set {
	if phase == run.PhaseAPPLY {
		return access.NewSet(access.ProjectRead, access.ServerClaim, access.StateReport)
	}
	return access.NewSet(access.ProjectRead)
}

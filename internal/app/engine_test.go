package app

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/provision"
	"github.com/arpent/arpent/internal/runner"
	"github.com/arpent/arpent/internal/worker"
)

// A state that a tool could not deliver comes with its result, and is kept: the engine is given the service that keeps it.
func TestTheEngineKeepsAStateThatComesWithAResult(t *testing.T) {
	t.Parallel()
	a, err := New(t.Context(), Config{DataDir: t.TempDir(), Listen: "127.0.0.1:0", AdminEmail: "a@example.org", AdminPassword: "a long password", Organization: "Test"},
		slog.New(slog.DiscardHandler), io.Discard)
	require.NoError(t, err)
	defer a.Close()
	ctx := access.As(context.Background(), "test")
	db := a.DB.Client(ctx)
	project := db.Project.Create().SetAcronym("KEEP").SetName("Keep").SetOrganizationID(db.Organization.Query().FirstIDX(ctx)).SaveX(ctx)
	working := db.Run.Create().SetKind(run.KindPROVISION).SetStatus(run.StatusRUNNING).SetPhase(run.PhaseAPPLY).SetProjectID(project.ID).
		SetRequestedBy("Ada").SetWorker("w").SetLease(1).SetBusy(project.ID).SetLeaseExpiresAt(time.Now().Add(time.Hour)).SetQueuedAt(time.Now()).SaveX(ctx)
	lease := worker.Lease{RunID: working.ID, Number: 1, Token: a.Keyring.Signer().Sign(
		provision.LeasePurpose, provision.LeaseClaims{Run: working.ID, Lease: 1, Project: project.ID}, time.Time{})}
	require.NoError(t, a.engine.Backend().Finish(context.Background(), lease, worker.Rest{}, runner.Result{
		Outcome: runner.Failed, Changed: true, State: []byte(`{"version":4,"serial":7,"lineage":"l","resources":[]}`),
	}))
	require.Equal(t, int64(7), db.StateVersion.Query().Where(stateversion.ProjectID(project.ID)).OnlyX(ctx).Serial)
}

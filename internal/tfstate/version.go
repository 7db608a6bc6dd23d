package tfstate

import (
	"bytes"
	"context"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/statebody"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// sealed is a state that is ready to be stored.
type sealed struct {
	intake
	bodyID string
	bytes  []byte
}

// seal binds a state to the row that will hold it.
func (s *Service) seal(in intake) sealed {
	id := typeid.New("stb")
	out := sealed{intake: in, bodyID: id, bytes: s.Keyring.Seal(in.compressed, bodyContext(id))}
	out.compressed = nil
	return out
}

func bodyContext(id string) string { return "state_bodies:" + id }

// put makes a state the present one, in the caller's name. What may is asked in the transaction of the write.
func (s *Service) put(ctx context.Context, c caller, state sealed, force bool, may func(ctx context.Context) error) (made *ent.StateVersion, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		if err := s.alone(ctx, c); err != nil {
			return err
		}
		if err := may(ctx); err != nil {
			return err
		}
		present, err := s.present(ctx, c.project.ID)
		if err != nil {
			return err
		}
		if present != nil && present.Sha256 == state.sha256 {
			made = present
			return nil
		}
		if err := follows(state, present, force); err != nil {
			return err
		}
		made, err = s.add(ctx, c, state, present, "state.written")
		return err
	})
	return made, err
}

// mayPut refuses a write beside somebody else's lock, and one whose own lock is gone. People may write without a lock
// as long as nobody has one.
func (s *Service) mayPut(ctx context.Context, c caller, lockID string) error {
	row, alive, err := s.lockOf(ctx, c.project.ID)
	switch {
	case err != nil:
		return err
	case alive && row.LockID == lockID && c.owns(row):
		return nil
	case alive:
		return heldBy(row, locked)
	case lockID != "":
		return fault.New(fault.Conflict, lockLost)
	case c.lease != nil:
		return fault.New(fault.Conflict, lockMissing)
	}
	return nil
}

// follows refuses a state that is not what comes after the present one.
func follows(state sealed, present *ent.StateVersion, force bool) error {
	switch {
	case present == nil || force:
		return nil
	case present.Lineage != state.Lineage:
		return fault.New(fault.Conflict, otherLineage, state.Lineage, present.Lineage)
	case state.Serial <= present.Serial:
		return fault.New(fault.Conflict, oldSerial, state.Serial, present.Serial)
	}
	return nil
}

// present is a project's latest version; nil before there is one.
func (s *Service) present(ctx context.Context, projectID string) (*ent.StateVersion, error) {
	last, err := s.DB.Client(ctx).StateVersion.Query().Where(stateversion.ProjectID(projectID)).
		Order(ent.Desc(stateversion.FieldVersion)).First(own(ctx))
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return last, err
}

// add stores a state as the next version and journals it.
func (s *Service) add(ctx context.Context, c caller, state sealed, present *ent.StateVersion, event string) (*ent.StateVersion, error) {
	client, number := s.DB.Client(ctx), int64(1)
	if present != nil {
		number = present.Version + 1
	}
	create := client.StateVersion.Create().SetProjectID(c.project.ID).SetVersion(number).
		SetSerial(state.Serial).SetLineage(state.Lineage).SetSha256(state.sha256).SetSize(int(state.size)).
		SetResourceCount(state.Resources).SetCreatedBy(c.viewer.Name)
	if c.lease != nil {
		create.SetRunID(c.lease.Run)
	}
	made, err := create.Save(own(ctx))
	if err != nil {
		return nil, err
	}
	err = client.StateBody.Create().SetID(state.bodyID).SetStateVersionID(made.ID).SetSealed(state.bytes).Exec(own(ctx))
	if err != nil {
		return nil, err
	}
	return made, s.journal(ctx, event, c.project, made)
}

// journal notes what happened to one version.
func (s *Service) journal(ctx context.Context, kind string, p *ent.Project, v *ent.StateVersion) error {
	return s.Journal.Write(ctx, journal.Entry{
		Type: kind, Audience: journal.Project, SubjectID: v.ID, Subject: p.Acronym, ProjectID: p.ID,
		After: map[string]any{"version": v.Version, "serial": v.Serial, "resources": v.ResourceCount},
	})
}

// Keep stores the state that a run's apply could not deliver itself, as its result brought it. It asks for the lease
// of the run and for no lock: whoever has the lease is the only one who may write in the run's name. What is stored
// already changes nothing.
func (s *Service) Keep(ctx context.Context, runID string, leaseNumber int64, body []byte) (*ent.StateVersion, error) {
	r, err := s.DB.Client(ctx).Run.Query().Where(run.ID(runID), run.ProjectIDNotNil()).WithProject().Only(own(ctx))
	if err != nil {
		return nil, database.Fault(err)
	}
	in, err := receive(bytes.NewReader(body), s.MaxSize)
	if err != nil {
		return nil, err
	}
	c := caller{
		viewer:  &access.Viewer{Kind: access.Run, ID: r.ID, Name: r.RequestedBy, Locale: "en"},
		project: r.Edges.Project, lease: &lease{Run: r.ID, Number: leaseNumber, Project: r.Edges.Project.ID},
	}
	return s.put(access.NewContext(ctx, c.viewer), c, s.seal(in), false, func(ctx context.Context) error {
		row, alive, err := s.lockOf(ctx, c.project.ID)
		if err == nil && alive && !c.owns(row) {
			return heldBy(row, locked)
		}
		return err
	})
}

// open reads a version's state, still compressed.
func (s *Service) open(ctx context.Context, v *ent.StateVersion) ([]byte, error) {
	body, err := s.DB.Client(ctx).StateBody.Query().Where(statebody.StateVersionID(v.ID)).Only(own(ctx))
	if err != nil {
		return nil, fmt.Errorf("body of state version %s: %w", v.ID, err)
	}
	compressed, err := s.Keyring.Open(body.Sealed, bodyContext(body.ID))
	if err != nil {
		return nil, fmt.Errorf("open the body of state version %s: %w", v.ID, err)
	}
	return compressed, nil
}

// writable is a project whose state the viewer may write; others are as if they were not there.
func (s *Service) writable(ctx context.Context, projectID string) (*ent.Project, error) {
	p, err := s.DB.Client(ctx).Project.Query().Where(project.ID(projectID)).Only(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	return p, access.Require(ctx, p.ID, access.StateWrite)
}

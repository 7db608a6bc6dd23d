package tfstate

import (
	"bytes"
	"context"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// Download returns a version's state and a name for its file; the viewer needs state.read. It is journaled, since a
// state holds secrets.
func (s *Service) Download(ctx context.Context, stateVersionID string) (name string, body []byte, err error) {
	v, err := s.version(ctx, stateVersionID)
	if err != nil {
		return "", nil, err
	}
	plain, leave, err := s.plain(ctx, v)
	if err != nil {
		return "", nil, err
	}
	defer leave()
	p := v.Edges.Project
	err = s.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		return s.journal(ctx, "state.downloaded", p, v)
	})
	return fmt.Sprintf("%s-v%d.tfstate", p.Acronym, v.Version), plain, err
}

// RollBack makes an older version's content the present one: a new version whose serial follows the present one's.
// The viewer needs state.write. It is a Conflict while somebody holds the state or a run changes the project.
func (s *Service) RollBack(ctx context.Context, stateVersionID string) (*ent.StateVersion, error) {
	old, err := s.version(ctx, stateVersionID)
	if err != nil {
		return nil, err
	}
	if _, err := s.writable(ctx, old.ProjectID); err != nil {
		return nil, err
	}
	plain, leave, err := s.plain(ctx, old)
	if err != nil {
		return nil, err
	}
	defer leave()
	present, err := s.present(ctx, old.ProjectID)
	if err != nil {
		return nil, database.Fault(err)
	}
	if present.Sha256 == old.Sha256 {
		return nil, fault.New(fault.Conflict, isPresent)
	}
	state, err := s.renumber(plain, present.Serial+1)
	if err != nil {
		return nil, err
	}
	return s.replace(ctx, old.Edges.Project, present, state)
}

// renumber makes a state with another serial ready to be stored.
func (s *Service) renumber(plain []byte, serial int64) (sealed, error) {
	known, err := summarize(bytes.NewReader(plain))
	if err != nil {
		return sealed{}, fmt.Errorf("read a stored state: %w", err)
	}
	again := withSerial(plain, known, serial)
	in, err := receive(bytes.NewReader(again), int64(len(again)))
	if err != nil {
		return sealed{}, fmt.Errorf("read a renumbered state: %w", err)
	}
	return s.seal(in), nil
}

// replace adds a version, provided that the present one is still that and nobody works with it.
func (s *Service) replace(ctx context.Context, p *ent.Project, present *ent.StateVersion, state sealed) (made *ent.StateVersion, err error) {
	c := caller{viewer: access.FromContext(ctx), project: p}
	err = s.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		if err := s.alone(ctx, c); err != nil {
			return err
		}
		if err := s.atRest(ctx, p.ID); err != nil {
			return err
		}
		now, err := s.present(ctx, p.ID)
		if err != nil {
			return err
		}
		if now.ID != present.ID {
			return fault.New(fault.Conflict, hasMoved)
		}
		made, err = s.add(ctx, c, state, now, "state.rolled_back")
		return err
	})
	return made, err
}

// atRest refuses while somebody holds the state or a run works on the project.
func (s *Service) atRest(ctx context.Context, projectID string) error {
	row, alive, err := s.lockOf(ctx, projectID)
	if err != nil {
		return err
	}
	if alive {
		return heldBy(row, locked)
	}
	busy, err := s.DB.Client(ctx).Run.Query().Where(run.ProjectID(projectID), working()).Exist(own(ctx))
	if err == nil && busy {
		return fault.New(fault.Conflict, isChanging)
	}
	return err
}

// version is a version that the viewer may read, with its project.
func (s *Service) version(ctx context.Context, id string) (*ent.StateVersion, error) {
	v, err := s.DB.Client(ctx).StateVersion.Query().Where(stateversion.ID(id)).Only(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	v.Edges.Project, err = s.DB.Client(ctx).Project.Get(own(ctx), v.ProjectID)
	return v, database.Fault(err)
}

// plain is a version's state; whoever asked leaves the room once it is no longer needed.
func (s *Service) plain(ctx context.Context, v *ent.StateVersion) (plain []byte, leave func(), err error) {
	leave, err = s.enter(ctx, int64(v.Size))
	if err != nil {
		return nil, nil, err
	}
	compressed, err := s.open(ctx, v)
	if err != nil {
		leave()
		return nil, nil, err
	}
	var body bytes.Buffer
	body.Grow(v.Size)
	if err := unpack(&body, compressed); err != nil {
		leave()
		return nil, nil, fmt.Errorf("unpack state version %s: %w", v.ID, err)
	}
	return body.Bytes(), leave, nil
}

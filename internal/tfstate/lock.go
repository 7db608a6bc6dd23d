package tfstate

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/run"
	"github.com/arpent/arpent/ent/statelock"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// maxLockInfo bounds what a lock may say of itself.
const maxLockInfo = 16 << 10

// lockInfo is what the engines say of a lock: their statemgr.LockInfo.
type lockInfo struct {
	ID        string
	Operation string
	Info      string
	Who       string
	Version   string
	Created   time.Time
	Path      string
}

// Lock is who holds a project's state.
type Lock struct {
	Holder string // the person; or the run and who wants it
	RunID  *string
	Since  time.Time
	Info   json.RawMessage // what Terraform says of it
}

// lockedError is a refusal because of a lock; the engines are given the holder's own information.
type lockedError struct {
	reason *fault.Error
	info   json.RawMessage
}

func (e *lockedError) Error() string { return e.reason.Error() }
func (e *lockedError) Unwrap() error { return e.reason }

func heldBy(row *ent.StateLock, text fault.Text) error {
	return &lockedError{reason: fault.New(fault.Conflict, text, row.Holder), info: row.Info}
}

// readLockInfo reads what an engine says of its lock, and tells whether it said nothing at all.
func readLockInfo(body io.Reader) (info lockInfo, empty bool, err error) {
	content, err := io.ReadAll(io.LimitReader(body, maxLockInfo+1))
	if err == nil && len(content) <= maxLockInfo {
		err = json.Unmarshal(content, &info)
	}
	if err != nil || info.ID == "" {
		return info, len(content) == 0, fault.New(fault.Invalid, badLock).Because(err)
	}
	return info, false, nil
}

// lock gives the caller the project's lock, or refuses with the holder's. The same lock again is granted again.
func (s *Service) lock(ctx context.Context, c caller, info lockInfo) error {
	return s.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := s.alone(ctx, c); err != nil {
			return err
		}
		row, alive, err := s.lockOf(ctx, c.project.ID)
		if err != nil {
			return err
		}
		if alive {
			if row.LockID == info.ID && c.owns(row) {
				return nil
			}
			return heldBy(row, locked)
		}
		if err := s.drop(ctx, row); err != nil {
			return err
		}
		return s.take(ctx, client, c, info)
	})
}

func (s *Service) take(ctx context.Context, client *ent.Client, c caller, info lockInfo) error {
	info.Who = strings.TrimSuffix(c.name+" ("+info.Who+")", " ()")
	content, err := json.Marshal(info)
	if err != nil {
		return fault.New(fault.Invalid, badLock).Because(err)
	}
	create := client.StateLock.Create().SetProjectID(c.project.ID).SetLockID(info.ID).SetInfo(content).SetHolder(c.name)
	if c.lease != nil {
		return create.SetRunID(c.lease.Run).SetLease(c.lease.Number).Exec(own(ctx))
	}
	if err := create.Exec(own(ctx)); err != nil {
		return err
	}
	return s.write(ctx, "state.locked", c.project, map[string]string{"operation": info.Operation})
}

// unlock gives the lock with that id back, any when it is empty. A person may so break another person's, never that of
// a run at work.
func (s *Service) unlock(ctx context.Context, c caller, id string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		if err := s.alone(ctx, c); err != nil {
			return err
		}
		row, alive, err := s.lockOf(ctx, c.project.ID)
		switch {
		case err != nil:
			return err
		case row == nil:
			return nil // the answer to the first UNLOCK was lost
		case id != "" && row.LockID != id:
			return heldBy(row, otherLock)
		case alive && !c.owns(row):
			return heldBy(row, lockedByRun)
		}
		return s.release(ctx, c.project, row)
	})
}

// Unlock breaks a person's lock of a project, or clears one that an ended run left behind; the viewer needs
// state.write. It is a Conflict when there is none, or when a run that is at work holds it: cancel that.
func (s *Service) Unlock(ctx context.Context, projectID string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		p, err := s.writable(ctx, projectID)
		if err != nil {
			return err
		}
		if err := s.alone(ctx, caller{project: p}); err != nil {
			return err
		}
		row, alive, err := s.lockOf(ctx, p.ID)
		switch {
		case err != nil:
			return err
		case row == nil:
			return fault.New(fault.Conflict, notLocked)
		case alive && row.RunID != nil:
			return heldBy(row, lockedByRun)
		}
		return s.release(ctx, p, row)
	})
}

// LockInfo is who holds a project's state: nil when nobody does, and for viewers without state.read.
func (s *Service) LockInfo(ctx context.Context, projectID string) (*Lock, error) {
	locks, err := s.LockInfos(ctx, []string{projectID})
	return locks[projectID], err
}

// LockInfos is who holds the states of projects, by their ids, in as many statements for many as for one. It leaves
// out those that nobody holds, and those whose state the viewer may not read.
func (s *Service) LockInfos(ctx context.Context, projectIDs []string) (map[string]*Lock, error) {
	viewer, locks := access.FromContext(ctx), map[string]*Lock{}
	readable := slices.DeleteFunc(slices.Clone(projectIDs), func(id string) bool { return !viewer.MayIn(id, access.StateRead) })
	if len(readable) == 0 {
		return locks, nil
	}
	client, system := s.DB.Client(ctx), own(ctx)
	rows, err := client.StateLock.Query().Where(statelock.ProjectIDIn(readable...)).All(system)
	if err != nil || len(rows) == 0 {
		return locks, database.Fault(err)
	}
	working, err := client.Run.Query().Where(run.ProjectIDIn(readable...), working()).All(system)
	if err != nil {
		return locks, database.Fault(err)
	}
	leases := map[string]int64{}
	for _, r := range working {
		leases[r.ID] = r.Lease
	}
	for _, row := range rows {
		if row.RunID == nil || leases[*row.RunID] == row.Lease {
			locks[row.ProjectID] = &Lock{Holder: row.Holder, RunID: row.RunID, Since: row.CreatedAt, Info: row.Info}
		}
	}
	return locks, nil
}

// alone makes the transaction of ctx the only one that changes this project's lock and state, and checks that the
// caller's lease lives.
func (s *Service) alone(ctx context.Context, c caller) error {
	if s.DB.Postgres() { // on SQLite, whoever writes is alone
		_, err := s.DB.Client(ctx).ExecContext(own(ctx), "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", "tfstate:"+c.project.ID)
		if err != nil {
			return err
		}
	}
	return s.fence(ctx, c.lease)
}

// lockOf reads a project's lock and tells whether it still counts: a run's dies with its lease.
func (s *Service) lockOf(ctx context.Context, projectID string) (row *ent.StateLock, alive bool, err error) {
	row, err = s.DB.Client(ctx).StateLock.Query().Where(statelock.ProjectID(projectID)).Only(own(ctx))
	switch {
	case ent.IsNotFound(err):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	case row.RunID == nil:
		return row, true, nil
	}
	alive, err = s.alive(ctx, *row.RunID, row.Lease)
	return row, alive, err
}

// owns tells whether a lock is the caller's: a run's belongs to its lease, a person's to whoever knows its id.
func (c caller) owns(row *ent.StateLock) bool {
	if c.lease == nil || row.RunID == nil {
		return c.lease == nil && row.RunID == nil
	}
	return *row.RunID == c.lease.Run && row.Lease == c.lease.Number
}

// release ends a lock; people's are journaled, a run's is part of the run.
func (s *Service) release(ctx context.Context, p *ent.Project, row *ent.StateLock) error {
	if err := s.drop(ctx, row); err != nil {
		return err
	}
	if access.FromContext(ctx).Kind == access.Run {
		return nil
	}
	return s.write(ctx, "state.unlocked", p, map[string]string{"holder": row.Holder})
}

func (s *Service) drop(ctx context.Context, row *ent.StateLock) error {
	if row == nil {
		return nil
	}
	return s.DB.Client(ctx).StateLock.DeleteOne(row).Exec(own(ctx))
}

// write journals what happened to a project's state as a whole.
func (s *Service) write(ctx context.Context, kind string, p *ent.Project, after any) error {
	return s.Journal.Write(ctx, journal.Entry{
		Type: kind, Audience: journal.Project, SubjectID: p.ID, Subject: p.Acronym, ProjectID: p.ID, After: after,
	})
}

package inventory

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/ent/serverlabel"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// mostServers is how many servers one call changes.
const mostServers = 1000

// MovesOf are the moves that the viewer may make with a server now.
func MovesOf(ctx context.Context, of *ent.Server) (all []Move) {
	for _, move := range Moves() {
		if s, ok := next(of.Lifecycle, move, of.ProjectID != nil); ok && mayMove(ctx, of, s) {
			all = append(all, move)
		}
	}
	return all
}

func mayMove(ctx context.Context, of *ent.Server, s step) bool { return mayTry(ctx, of, s.holder) }

// mayTry tells whether the viewer may make moves with a server: all of them, or those that its holders may make.
func mayTry(ctx context.Context, of *ent.Server, holder bool) bool {
	viewer := access.FromContext(ctx)
	return viewer.May(access.InventoryManage) || holder && of.ProjectID != nil && viewer.MayIn(*of.ProjectID, access.ServerClaim)
}

// forHolders tells whether a move is one that holders may make, at some stage of life.
func forHolders(move Move) bool {
	for _, moves := range life {
		if moves[move].holder {
			return true
		}
	}
	return false
}

// MoveServers moves servers on in their life: all of them, or none. A rejection wants its reason.
func (s *Service) MoveServers(ctx context.Context, ids []string, move Move, reason string) ([]*ent.Server, error) {
	reason = strings.TrimSpace(reason)
	if err := checkReason(move, reason); err != nil {
		return nil, err
	}
	var moved []*ent.Server
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		moved, err = s.change(ctx, ids, mover(move, reason))
		if err == nil && move == Accept {
			err = s.complete(ctx, client, ids)
		}
		return err
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return moved, nil
}

func checkReason(move Move, reason string) error {
	switch {
	case move == Reject && reason == "":
		return fault.New(fault.Invalid, textReason).At("reason")
	case len([]rune(reason)) > 500:
		return fault.New(fault.Invalid, textTooLong, 500).At("reason")
	}
	return nil
}

// mover moves a server on.
func mover(move Move, reason string) changer {
	return func(ctx context.Context, client *ent.Client, present *ent.Server) (*ent.Server, journal.Entry, error) {
		if !mayTry(ctx, present, forHolders(move)) {
			return nil, journal.Entry{}, fault.New(fault.Denied, textMayNot, string(access.InventoryManage)).At("move")
		}
		to, ok := next(present.Lifecycle, move, present.ProjectID != nil)
		if !ok {
			return nil, journal.Entry{}, fault.New(fault.Conflict, textNoMove, present.Hostname, string(present.Lifecycle)).At("move")
		}
		moved, err := client.Server.UpdateOne(present).Where(server.LifecycleEQ(present.Lifecycle)).
			SetLifecycle(to.to).SetLifecycleSince(now()).SetReason(reason).Save(asInventory(ctx))
		if ent.IsNotFound(err) {
			return nil, journal.Entry{}, fault.New(fault.Conflict, textMoved, present.Hostname).At("ids")
		}
		if err != nil {
			return nil, journal.Entry{}, err
		}
		return moved, entryOf(moved, "server."+strings.ToLower(string(to.to)),
			map[string]any{"lifecycle": present.Lifecycle}, map[string]any{"lifecycle": to.to, "reason": reason}), nil
	}
}

// changer changes one server and says what is to be written of it.
type changer func(context.Context, *ent.Client, *ent.Server) (*ent.Server, journal.Entry, error)

// change changes servers that the viewer can see, all of them or none, each with its event.
func (s *Service) change(ctx context.Context, ids []string, do changer) ([]*ent.Server, error) {
	if len(ids) == 0 || len(ids) > mostServers {
		return nil, fault.New(fault.Limited, textOneTo, mostServers).At("ids")
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids))) // in one order, so that two calls do not wait for each other
	var changed []*ent.Server
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		query := client.Server.Query().Where(server.IDIn(ids...)).Order(server.ByID())
		if s.db.Postgres() {
			query.ForUpdate()
		}
		present, err := query.All(ctx)
		if err != nil {
			return err
		}
		if len(present) < len(ids) {
			return fault.New(fault.NotFound, textNoServer).At("ids")
		}
		for _, one := range present {
			after, entry, err := do(ctx, client, one)
			if err != nil {
				return err
			}
			if err := s.journal.Write(ctx, entry); err != nil {
				return err
			}
			changed = append(changed, after)
		}
		return nil
	})
	if err != nil {
		return nil, database.Fault(err)
	}
	return changed, nil
}

func entryOf(of *ent.Server, event string, before, after any) journal.Entry {
	entry := journal.Entry{
		Type: event, Audience: journal.Platform, SubjectID: of.ID, Subject: of.Hostname, Before: before, After: after,
	}
	if of.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *of.ProjectID
	}
	return entry
}

var labelPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$`)

// checkLabels refuses labels that are none.
func checkLabels(labels map[string]string) error {
	for name, value := range labels {
		if !labelPattern.MatchString(name) || value != "" && !labelPattern.MatchString(value) {
			return fault.New(fault.Invalid, textLabel, name+"="+value).At("set")
		}
	}
	return nil
}

// LabelServers sets and removes labels of many servers.
func (s *Service) LabelServers(ctx context.Context, ids []string, set map[string]string, remove []string) ([]*ent.Server, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	if err := checkLabels(set); err != nil {
		return nil, err
	}
	return s.change(ctx, ids, labeler(set, remove))
}

// labeler sets and removes labels of a server.
func labeler(set map[string]string, remove []string) changer {
	return func(ctx context.Context, client *ent.Client, present *ent.Server) (*ent.Server, journal.Entry, error) {
		if err := mayManage(ctx); err != nil {
			return nil, journal.Entry{}, err
		}
		labels := map[string]string{}
		for name, value := range present.Labels {
			if !slices.Contains(remove, name) {
				labels[name] = value
			}
		}
		maps.Copy(labels, set)
		changed, err := setLabels(ctx, client, present, labels)
		return changed, entryOf(present, "server.labeled", map[string]any{"labels": present.Labels}, map[string]any{"labels": labels}), err
	}
}

// setLabels gives a server its labels, in both places.
func setLabels(ctx context.Context, client *ent.Client, of *ent.Server, labels map[string]string) (*ent.Server, error) {
	if len(labels) > 64 {
		return nil, fault.New(fault.Limited, textOneTo, 64).At("set")
	}
	if _, err := client.ServerLabel.Delete().Where(serverlabel.ServerID(of.ID)).Exec(ctx); err != nil {
		return nil, err
	}
	var rows []*ent.ServerLabelCreate
	for name, value := range labels {
		rows = append(rows, client.ServerLabel.Create().SetServerID(of.ID).SetName(name).SetValue(value))
	}
	if err := client.ServerLabel.CreateBulk(rows...).Exec(ctx); err != nil {
		return nil, err
	}
	return client.Server.UpdateOne(of).SetLabels(labels).Save(ctx)
}

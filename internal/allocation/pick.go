package allocation

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/fault"
)

// skipLocked lets those who pick at once pass each other's rows. SQLite has one writer, and needs none of it.
var skipLocked = sql.WithLockAction(sql.SkipLocked)

// pickServer finds the oldest server that is available and fits, and returns its id; empty when there is none. The row
// is locked until the transaction ends.
func (s *Service) pickServer(ctx context.Context, client *ent.Client, selector *ServerSelector) (string, error) {
	id, err := s.available(client, selector).FirstID(ctx)
	if ent.IsNotFound(err) {
		return "", nil
	}
	return id, err
}

// available are the servers that fit, the oldest first. PostgreSQL locks those that are read.
func (s *Service) available(client *ent.Client, selector *ServerSelector) *ent.ServerQuery {
	query := client.Server.Query().Where(server.LifecycleEQ(server.LifecycleAVAILABLE), server.ProjectIDIsNil()).
		Where(selector.where()...).Order(server.ByID())
	if s.db.Postgres() {
		query.ForUpdate(skipLocked)
	}
	return query
}

// seize takes what was found for the project of a wish.
func (s *Service) seize(ctx context.Context, client *ent.Client, w wish, found catch) (err error) {
	var n int
	system := asAllocation(ctx)
	if found.serverID != "" {
		n, err = client.Server.Update().Where(server.ID(found.serverID), server.LifecycleEQ(server.LifecycleAVAILABLE)).
			SetLifecycle(server.LifecycleASSIGNED).SetLifecycleSince(now()).SetProjectID(w.ProjectID).Save(system)
	} else {
		update := client.Address.Update().Where(address.ID(found.addressID), address.StateEQ(address.StateFREE)).
			SetState(address.StateCLAIMED).SetStateSince(now()).SetProjectID(w.ProjectID)
		if w.serverID != "" {
			update.SetServerID(w.serverID)
		}
		n, err = update.Save(system)
	}
	if err == nil && n == 0 {
		err = fmt.Errorf("%s%s was locked, and is not free", found.serverID, found.addressID)
	}
	return err
}

// pickAddress finds the lowest free address of the networks that fit, one network after the other; nil when all are full.
func (s *Service) pickAddress(ctx context.Context, client *ent.Client, networks []*ent.Network, selector *AddressSelector) (*ent.Address, error) {
	for _, n := range networks {
		picked, err := s.pickIn(ctx, client, n, selector)
		if picked != nil || err != nil {
			return picked, err
		}
	}
	return nil, nil
}

// pickIn finds a free row of a network, and has the network grow when there is none.
func (s *Service) pickIn(ctx context.Context, client *ent.Client, n *ent.Network, selector *AddressSelector) (*ent.Address, error) {
	if selector.IP != "" {
		return s.pickIP(ctx, client, n, selector.IP)
	}
	if picked, err := s.free(ctx, client, address.NetworkID(n.ID)); picked != nil || err != nil {
		return picked, err
	}
	return s.pickGrowing(ctx, client, n.ID)
}

// pickGrowing waits for whoever has the network grow now, and looks again before it grows further: else many at once would
// each grow it for one address, and find its end while rows of others are free.
func (s *Service) pickGrowing(ctx context.Context, client *ent.Client, id string) (*ent.Address, error) {
	n, err := s.lockedNetwork(ctx, client, id)
	if err != nil {
		return nil, err
	}
	for {
		picked, err := s.free(ctx, client, address.NetworkID(id))
		if picked != nil || err != nil {
			return picked, err
		}
		grown, err := s.grow(ctx, client, n)
		if err != nil || !grown {
			return nil, err
		}
	}
}

// pickIP finds one very address.
func (s *Service) pickIP(ctx context.Context, client *ent.Client, n *ent.Network, ip string) (*ent.Address, error) {
	all, err := addressesOf(n, ip, "")
	if err != nil {
		if refused, ok := fault.As(err); ok {
			err = refused.At("selector", "ip")
		}
		return nil, err
	}
	if reserves(n, bytesOf(all[0])) {
		return nil, nil
	}
	if err := touch(ctx, client, n, all); err != nil {
		return nil, err
	}
	return s.free(ctx, client, address.NetworkID(n.ID), address.IP(ip))
}

func (s *Service) free(ctx context.Context, client *ent.Client, where ...func(*sql.Selector)) (*ent.Address, error) {
	query := client.Address.Query().Where(address.StateEQ(address.StateFREE)).Order(ent.Asc(address.FieldValue)).Limit(1)
	for _, condition := range where {
		query.Where(condition)
	}
	if s.db.Postgres() {
		query.ForUpdate(skipLocked)
	}
	picked, err := query.First(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	return picked, err
}

// networksFor are the networks that fit a selector, small ones of the project first: what is the project's own is
// used before what everybody shares.
func networksFor(ctx context.Context, client *ent.Client, selector *AddressSelector, projectID string) ([]*ent.Network, error) {
	return client.Network.Query().Where(selector.where(projectID)...).
		Order(network.ByProjectID(sql.OrderNullsLast()), ent.Asc(network.FieldFirst), network.ByID()).Limit(100).All(ctx)
}

package allocation

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/address"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
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

// taking is what was found, and the wish that it is for.
type taking struct {
	wish
	catch
}

// owner is who gets something: a project, for one of its servers when that is named.
type owner struct{ projectID, serverID string }

// seize takes what was found for the projects of wishes, in one statement for what goes to the same owner.
func (s *Service) seize(ctx context.Context, client *ent.Client, all ...taking) error {
	servers, addresses := map[owner][]string{}, map[owner][]string{}
	for _, t := range all {
		of := owner{projectID: t.ProjectID, serverID: t.wish.serverID}
		if t.catch.serverID != "" {
			servers[of] = append(servers[of], t.catch.serverID)
		} else {
			addresses[of] = append(addresses[of], t.addressID)
		}
	}
	system := asAllocation(ctx)
	for of, ids := range servers {
		n, err := client.Server.Update().Where(database.AnyOf(server.FieldID, ids), server.LifecycleEQ(server.LifecycleAVAILABLE)).
			SetLifecycle(server.LifecycleASSIGNED).SetLifecycleSince(now()).SetProjectID(of.projectID).Save(system)
		if err := whole(n, ids, err); err != nil {
			return err
		}
	}
	for of, ids := range addresses {
		update := client.Address.Update().Where(database.AnyOf(address.FieldID, ids), address.StateEQ(address.StateFREE)).
			SetState(address.StateCLAIMED).SetStateSince(now()).SetProjectID(of.projectID)
		if of.serverID != "" {
			update.SetServerID(of.serverID)
		}
		n, err := update.Save(system)
		if err := whole(n, ids, err); err != nil {
			return err
		}
	}
	return nil
}

// whole refuses to have taken less than was found.
func whole(n int, ids []string, err error) error {
	if err == nil && n != len(ids) {
		err = fmt.Errorf("of what was locked, not all is free: %s", strings.Join(ids, ", "))
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

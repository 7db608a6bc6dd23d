package allocation

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/claim"
	"github.com/arpent/arpent/ent/hostingprovider"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/project"
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// Terms are what claims of both kinds have in common.
type Terms struct {
	ProjectID string         `json:"projectId"`
	Key       string         `json:"-"` // the same key and input give the same claim; empty: each call claims
	Lifetime  *time.Duration `json:"lifetime,omitempty"`
	Wait      bool           `json:"wait,omitempty"` // in line, when there is nothing now
	Note      string         `json:"note,omitempty"`
}

// wish is a claim that is about to be made.
type wish struct {
	Terms
	kind     claim.Kind
	server   *ServerSelector
	address  *AddressSelector
	serverID string // that gets the address
	selector json.RawMessage
	digest   string
	behind   bool // others wait
}

const (
	maxKey      = 200
	longestLife = 10 * 365 * 24 * time.Hour
)

// ClaimServer gives a project a server that nobody else has: Conflict when none is free that fits, unless the claim waits.
func (s *Service) ClaimServer(ctx context.Context, terms Terms, selector ServerSelector) (*ent.Claim, error) {
	if err := selector.check(); err != nil {
		return nil, err
	}
	return s.claim(ctx, wish{Terms: terms, kind: claim.KindSERVER, server: &selector})
}

// ClaimAddress gives a project an address that nobody else has, to a server of its own when one is named.
func (s *Service) ClaimAddress(ctx context.Context, terms Terms, selector AddressSelector, serverID string) (*ent.Claim, error) {
	if err := selector.check(); err != nil {
		return nil, err
	}
	return s.claim(ctx, wish{Terms: terms, kind: claim.KindADDRESS, address: &selector, serverID: serverID})
}

func (s *Service) claim(ctx context.Context, w wish) (*ent.Claim, error) {
	if err := w.seal(); err != nil {
		return nil, err
	}
	if mayJoin(ctx, w) {
		if made, err := s.together(ctx, w); made != nil || err != nil {
			return made, err
		}
	}
	return s.claimAlone(ctx, w)
}

func (s *Service) claimAlone(ctx context.Context, w wish) (*ent.Claim, error) {
	for {
		made, err := s.claimOnce(ctx, w)
		if errors.Is(err, errBehind) {
			w.behind = true // the line is locked before anything else is
			continue
		}
		if database.IsTaken(err) && w.Key != "" {
			if seen, err := s.seen(ctx, w); seen != nil || err != nil {
				return seen, err
			}
			continue // whoever had the key rolled back
		}
		return made, database.Fault(err)
	}
}

// seal checks the terms and writes down the input that the key stands for.
func (w *wish) seal() error {
	switch {
	case utf8.RuneCountInString(w.Note) > maxNote:
		return fault.New(fault.Invalid, textTooLong, maxNote).At("note")
	case utf8.RuneCountInString(w.Key) > maxKey:
		return fault.New(fault.Invalid, textKey, maxKey).At("idempotencyKey")
	case strings.ContainsRune(w.Key, 0):
		return fault.New(fault.Invalid, textNul).At("idempotencyKey")
	case strings.ContainsRune(w.Note, 0):
		return fault.New(fault.Invalid, textNul).At("note")
	case w.Lifetime != nil && (*w.Lifetime < time.Second || *w.Lifetime > longestLife):
		return fault.New(fault.Invalid, textLifetime).At("lifetime")
	}
	var err error
	input := any(w.server)
	if w.kind == claim.KindADDRESS {
		input = w.address
	}
	if w.selector, err = json.Marshal(input); err != nil {
		return err
	}
	whole, err := json.Marshal(map[string]any{"terms": w.Terms, "selector": w.selector, "server": w.serverID, "kind": w.kind})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(whole)
	w.digest = hex.EncodeToString(sum[:])
	return nil
}

// seen is the claim that was made with this key before, nil when there is none. With other input it is refused.
func (s *Service) seen(ctx context.Context, w wish) (*ent.Claim, error) {
	if err := s.mayClaim(ctx, w.ProjectID); err != nil {
		return nil, err
	}
	found, err := s.db.Client(ctx).Claim.Query().Where(claim.ProjectID(w.ProjectID), claim.Key(w.Key)).Only(asAllocation(ctx))
	switch {
	case ent.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case found.InputDigest != w.digest:
		return nil, fault.New(fault.Conflict, textOtherInput, w.Key).At("idempotencyKey")
	}
	return found, nil
}

func (s *Service) claimOnce(ctx context.Context, w wish) (*ent.Claim, error) {
	var made *ent.Claim
	var refused error
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := s.mayClaim(ctx, w.ProjectID); err != nil {
			return err
		}
		if w.Key != "" {
			seen, err := s.seen(ctx, w)
			if made = seen; seen != nil || err != nil {
				return err
			}
		}
		if err := s.mayHave(ctx, client, w); err != nil {
			return err
		}
		if err := s.knows(ctx, client, w); err != nil {
			return err
		}
		if err := settle(ctx, client, &w); err != nil {
			return err
		}
		var err error
		made, err = s.serve(ctx, client, w)
		if w.behind && fault.Is(err, fault.Conflict) { // nothing is left, but what the line got stays
			refused, err = err, nil
		}
		return err
	})
	return made, cmp.Or(err, refused)
}

func (s *Service) mayClaim(ctx context.Context, projectID string) error {
	viewer := access.FromContext(ctx)
	if viewer.MayIn(projectID, access.ServerClaim) {
		return s.fence(ctx)
	}
	if viewer.MayIn(projectID, access.ProjectRead) {
		return fault.New(fault.Denied, textMayNot, string(access.ServerClaim)).At("projectId")
	}
	return fault.New(fault.NotFound, textNoProject).At("projectId")
}

// mayHave refuses what the project can not have: it is archived, or the server is not its own.
func (s *Service) mayHave(ctx context.Context, client *ent.Client, w wish) error {
	p, err := client.Project.Get(asAllocation(ctx), w.ProjectID)
	switch {
	case ent.IsNotFound(err):
		return fault.New(fault.NotFound, textNoProject).At("projectId")
	case err != nil:
		return err
	case p.Status != project.StatusACTIVE:
		return fault.New(fault.Conflict, textArchived, p.Acronym).At("projectId")
	case w.serverID == "":
		return nil
	}
	own, err := client.Server.Query().Where(server.ID(w.serverID), server.ProjectID(w.ProjectID)).Exist(asAllocation(ctx))
	if err == nil && !own {
		err = fault.New(fault.NotFound, textForeignServer).At("serverId")
	}
	return err
}

// knows refuses a hosting provider or a network that the viewer does not know, and servers that are gone: nothing would ever fit, and who waits
// would wait for ever.
func (s *Service) knows(ctx context.Context, client *ent.Client, w wish) error {
	var wanted AddressSelector
	if w.kind == claim.KindSERVER {
		wanted = AddressSelector{ProviderID: w.server.ProviderID, NetworkID: w.server.NetworkID}
	} else {
		wanted = *w.address
	}
	for _, one := range []struct {
		value, field string
		text         fault.Text
		is           func(context.Context) (bool, error)
	}{
		{wanted.ProviderID, "providerId", textNoSuchProvider, client.HostingProvider.Query().Where(hostingprovider.ID(wanted.ProviderID)).Exist},
		{wanted.NetworkID, "networkId", textNoSuchNetwork, client.Network.Query().Where(network.ID(wanted.NetworkID)).Exist},
		{wanted.Network, "network", textNoNetworkNamed, client.Network.Query().Where(network.Name(wanted.Network)).Exist},
	} {
		if one.value == "" {
			continue
		}
		if known, err := one.is(ctx); err != nil || !known {
			return cmp.Or(err, error(fault.New(fault.NotFound, one.text, one.value).At("selector", one.field)))
		}
	}
	return someThere(ctx, client, w)
}

// serve takes what fits now, or lets the claim wait. Who comes while others wait stands behind them. Whether they do is asked once something is
// found: what becomes free after somebody began to wait is theirs first.
func (s *Service) serve(ctx context.Context, client *ent.Client, w wish) (*ent.Claim, error) {
	if w.behind {
		return s.serveBehind(ctx, client, w)
	}
	found, err := s.find(ctx, client, w)
	switch {
	case err != nil:
		return nil, err
	case found.none() && !w.Wait:
		return nil, s.short(ctx, client, w)
	case found.none():
		return s.write(ctx, client, w, found)
	}
	if ahead, err := s.someoneWaits(ctx, client, w.kind); err != nil || ahead {
		return nil, cmp.Or(err, errBehind)
	}
	if err := s.seize(ctx, client, taking{w, found}); err != nil {
		return nil, err
	}
	return s.write(ctx, client, w, found)
}

// catch is what was found, or taken: a server, or an address.
type catch struct{ serverID, addressID, ip, networkID string }

func (c catch) none() bool { return c.serverID == "" && c.addressID == "" }

// find looks for what fits and is free, and keeps others from it until the transaction ends.
func (s *Service) find(ctx context.Context, client *ent.Client, w wish) (catch, error) {
	system := asAllocation(ctx)
	if w.kind == claim.KindSERVER {
		id, err := s.pickServer(system, client, w.server)
		return catch{serverID: id}, err
	}
	networks, err := networksFor(system, client, w.address, w.ProjectID)
	if err != nil {
		return catch{}, err
	}
	if len(networks) == 0 {
		return catch{}, noNetwork(ctx, client, w)
	}
	if n := gatewayOf(networks, w.address.IP); n != nil {
		return catch{}, fault.New(fault.Conflict, textGateway, w.address.IP, n.Name, n.Cidr).At("selector", "ip")
	}
	picked, err := s.pickAddress(system, client, networks, w.address)
	if picked == nil {
		return catch{}, err
	}
	return catch{addressID: picked.ID, ip: picked.IP, networkID: picked.NetworkID}, nil
}

// short says what is missing.
func (s *Service) short(ctx context.Context, client *ent.Client, w wish) error {
	switch {
	case w.kind == claim.KindSERVER:
		return s.shortOfServers(ctx, client, w.server)
	case w.address.IP != "":
		return fault.New(fault.Conflict, textTaken, w.address.IP).At("selector", "ip")
	}
	return s.shortOfAddresses(ctx, client, w)
}

func names(networks []*ent.Network) (list string) {
	for i, n := range networks {
		if i > 0 {
			list += ", "
		}
		list += n.Name + " " + n.Cidr
	}
	return list
}

// write adds the claim with its event.
func (s *Service) write(ctx context.Context, client *ent.Client, w wish, taken catch) (*ent.Claim, error) {
	made, err := creating(journal.AuthorOf(ctx), client, w, taken).Save(asAllocation(ctx))
	if err != nil {
		return nil, err
	}
	event := "claim.held"
	if taken.none() {
		event = "claim.waiting"
	}
	return made, s.journal.Write(ctx, claimEntry(event, made))
}

// creating is somebody's claim, which holds what was taken, or waits.
func creating(by journal.Author, client *ent.Client, w wish, taken catch) *ent.ClaimCreate {
	id := typeid.New("clm")
	if w.Key == "" {
		w.Key = id
	}
	create := client.Claim.Create().SetID(id).SetKind(w.kind).SetState(claim.StateWAITING).SetProjectID(w.ProjectID).
		SetKey(w.Key).SetInputDigest(w.digest).SetSelector(w.selector).SetNote(w.Note).
		SetRequestedByID(by.ID).SetRequestedBy(by.Name)
	if w.Lifetime != nil {
		create.SetLifetime(int64(*w.Lifetime / time.Second))
	}
	if w.serverID != "" {
		create.SetServerID(w.serverID)
	}
	if !taken.none() {
		create.SetState(claim.StateHELD).SetHeldAt(now()).SetNillableExpiresAt(expiry(w.Lifetime))
		if taken.serverID != "" {
			create.SetServerID(taken.serverID)
		} else {
			create.SetAddressID(taken.addressID)
		}
	}
	return create
}

func expiry(lifetime *time.Duration) *time.Time {
	if lifetime == nil {
		return nil
	}
	at := now().Add(*lifetime)
	return &at
}

func claimEntry(event string, c *ent.Claim) journal.Entry {
	subject := string(c.Kind)
	return journal.Entry{
		Type: event, Audience: journal.Project, SubjectID: c.ID, Subject: subject, ProjectID: c.ProjectID,
		After: factsOf(c),
	}
}

func factsOf(c *ent.Claim) map[string]any {
	return map[string]any{"kind": c.Kind, "state": c.State, "server": c.ServerID, "address": c.AddressID, "key": c.Key}
}

// because is what an event tells of a claim that ended for a reason which its claimant does not know.
func because(c *ent.Claim, why fault.Text) map[string]any {
	facts := factsOf(c)
	facts["reason"] = why
	return facts
}

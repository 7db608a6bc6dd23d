package tfprovider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// claim is what Arpent tells of a claim.
type claim struct {
	ID        string          `json:"id"`
	State     string          `json:"state"`
	Place     *int            `json:"place"`
	Key       string          `json:"key"`
	Kind      string          `json:"kind"`
	Selector  json.RawMessage `json:"selector"`
	ExpiresAt *time.Time      `json:"expiresAt"`
	Server    *server         `json:"server"`
	Address   *address        `json:"address"`
}

func (c *claim) waits() bool { return c.State == "WAITING" }
func (c *claim) held() bool  { return c.State == "HELD" }

const claimFields = `id state place key kind selector expiresAt server { ` + serverFields + ` } address { ` + addressFields + ` }`

// wish is what is claimed. What is not said does not matter, and is not sent.
type wish struct {
	Kind     string         `json:"-"` // server or address
	Name     string         `json:"-"`
	Selector map[string]any `json:"selector,omitempty"`
	ServerID string         `json:"serverId,omitempty"` // that an address is for
	Lifetime int64          `json:"lifetime,omitempty"` // seconds
	Wait     int64          `json:"wait,omitempty"`     // seconds in line
}

// operations are the mutations that claim, by kind.
var operations = map[string]string{
	"server":  `mutation($input: ClaimServerInput!) { answer: claimServer(input: $input) { claim { ` + claimFields + ` } userErrors { message field } } }`,
	"address": `mutation($input: ClaimAddressInput!) { answer: claimAddress(input: $input) { claim { ` + claimFields + ` } userErrors { message field } } }`,
}

// obtain claims, and waits in line for as long as the wish says. It never leaves somebody in line who has stopped waiting.
func (c *client) obtain(ctx context.Context, w wish) (*claim, error) {
	made, err := c.claim(ctx, w)
	if err != nil || made.held() {
		return made, err
	}
	made, err = c.await(ctx, made, time.Duration(w.Wait)*time.Second)
	if err == nil {
		return made, nil
	}
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return nil, errors.Join(err, c.release(leaving, made.ID))
}

// claim claims under the first key of the wish whose claim has not ended.
func (c *client) claim(ctx context.Context, w wish) (*claim, error) {
	owner, err := c.itsProject(ctx)
	if err != nil {
		return nil, err
	}
	input := map[string]any{"projectId": owner.ID, "selector": w.Selector, "wait": w.Wait > 0, "note": "Terraform: " + w.Name}
	if w.ServerID != "" {
		input["serverId"] = w.ServerID
	}
	if w.Lifetime > 0 {
		input["lifetime"] = w.Lifetime
	}
	for ended := ""; ; {
		if input["idempotencyKey"], err = keyOf(w.Kind, w.Name, w, ended); err != nil {
			return nil, err
		}
		made, err := c.change(ctx, operations[w.Kind], input)
		if err != nil || made.held() || made.waits() {
			return made, err
		}
		ended = made.ID
	}
}

// change sends a mutation whose answer is a claim.
func (c *client) change(ctx context.Context, mutation string, input map[string]any) (*claim, error) {
	var found struct {
		Answer struct {
			Claim      *claim
			UserErrors refusals
		}
	}
	if err := c.ask(ctx, &found, mutation, map[string]any{"input": input}); err != nil {
		return nil, err
	}
	if err := found.Answer.UserErrors.orNil(); err != nil {
		return nil, err
	}
	if found.Answer.Claim == nil {
		return nil, errors.New("arpent answers without a claim")
	}
	return found.Answer.Claim, nil
}

// How often who waits in line looks.
const (
	firstLook = 250 * time.Millisecond
	lastLook  = 5 * time.Second
)

// await waits until a claim is held. It returns the claim as it was last seen, also with an error.
func (c *client) await(ctx context.Context, waiting *claim, patience time.Duration) (*claim, error) {
	for waited, pause := time.Duration(0), firstLook; ; waited, pause = waited+pause, min(pause*3/2, lastLook) {
		if waited >= patience {
			return waiting, fmt.Errorf("nothing became free within %s%s", patience, place(waiting))
		}
		if err := c.wait(ctx, min(pause, patience-waited)); err != nil {
			return waiting, err
		}
		seen, err := c.find(ctx, waiting.ID)
		switch {
		case err != nil:
			return waiting, err
		case seen == nil || !seen.held() && !seen.waits():
			return waiting, errors.New("somebody has taken the claim out of the line")
		case seen.held():
			return seen, nil
		}
		waiting = seen
	}
}

func place(c *claim) string {
	if c.Place == nil {
		return ""
	}
	return fmt.Sprintf("; the claim was number %d of those who wait", *c.Place)
}

// find is a claim; nil when there is none, or none that may be seen.
func (c *client) find(ctx context.Context, id string) (*claim, error) {
	var found struct{ Node *claim }
	err := c.ask(ctx, &found, `query($id: ID!) { node(id: $id) { ... on Claim { `+claimFields+` } } }`, map[string]any{"id": id})
	var refused refusals
	if errors.As(err, &refused) && len(refused) > 0 && refused[0].Extensions.Code == "NOT_FOUND" {
		return nil, nil
	}
	if err != nil || found.Node == nil || found.Node.ID == "" {
		return nil, err
	}
	return found.Node, nil
}

// release gives back what a claim holds, or leaves the line. A claim that has ended, or is gone, is released.
func (c *client) release(ctx context.Context, id string) error {
	_, err := c.change(ctx, `mutation($input: ReleaseClaimInput!) { answer: releaseClaim(input: $input) { claim { `+claimFields+` } userErrors { message field } } }`,
		map[string]any{"id": id})
	var refused refusals
	if errors.As(err, &refused) {
		if there, lookErr := c.find(ctx, id); lookErr == nil && there == nil {
			return nil
		}
	}
	return err
}

// extend makes a claim last for so many seconds from now; 0 until it is released.
func (c *client) extend(ctx context.Context, id string, lifetime int64) (*claim, error) {
	input := map[string]any{"id": id}
	if lifetime > 0 {
		input["lifetime"] = lifetime
	}
	return c.change(ctx, `mutation($input: ExtendClaimInput!) { answer: extendClaim(input: $input) { claim { `+claimFields+` } userErrors { message field } } }`, input)
}

package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/idempotencykey"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// keyLife is how long an idempotency key is remembered, maxKey how long it may be.
const (
	keyLife = 24 * time.Hour
	maxKey  = 200
)

// made is what a mutation made: the answer that the same key and input get again.
type made struct {
	project  *ent.Project
	resource *ent.Resource
	library  *ent.Library
	run      *ent.Run
	order    *ent.PurchaseOrder
}

// request is one that must not be carried out twice.
type request struct {
	owner, operation, key, hash string
}

var errSeen = errors.New("the idempotency key was used before")

// once carries out a mutation at most once for each key of a viewer: the key is written in the transaction of the
// mutation, so whoever comes second waits for the first, and then gets its answer as it is by now. A refused
// mutation leaves no key behind: it may be mended and sent again.
func (r *Resolver) once(ctx context.Context, operation string, key *string, input any, do func(context.Context) (made, error)) (made, error) {
	if key == nil {
		return do(ctx)
	}
	req, err := newRequest(ctx, operation, *key, input)
	if err != nil {
		return made{}, err
	}
	for range 3 { // a key can expire, or its mutation fail, between being seen and being read
		answer, err := r.carryOut(ctx, req, do)
		if !errors.Is(err, errSeen) {
			return answer, err
		}
		if answer, found, err := r.again(ctx, req); found || err != nil {
			return answer, err
		}
	}
	return made{}, fault.New(fault.Conflict, fault.Text{
		EN: "The same request is being carried out. Try again.", FR: "La même demande est en cours de traitement. Réessayez.",
	}).At("idempotencyKey")
}

var badKey = fault.Text{EN: "A key has 1 to %d characters.", FR: "Une clé compte de 1 à %d caractères."}

func newRequest(ctx context.Context, operation, key string, input any) (request, error) {
	viewer := access.FromContext(ctx)
	if !viewer.SignedIn() {
		return request{}, errNobody
	}
	if key == "" || utf8.RuneCountInString(key) > maxKey {
		return request{}, fault.New(fault.Invalid, badKey, maxKey).At("idempotencyKey")
	}
	text, err := json.Marshal(input)
	if err != nil {
		return request{}, fmt.Errorf("hash the input of %s: %w", operation, err)
	}
	sum := sha256.Sum256(text)
	return request{owner: viewer.ID, operation: operation, key: key, hash: hex.EncodeToString(sum[:])}, nil
}

func (r *Resolver) carryOut(ctx context.Context, req request, do func(context.Context) (made, error)) (answer made, err error) {
	err = r.DB.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		system := access.As(ctx, "idempotency")
		written, err := req.write(system, client)
		if err != nil {
			return err
		}
		if answer, err = do(ctx); err != nil {
			return err
		}
		return client.IdempotencyKey.UpdateOne(written).SetAnswer(answer.ids()).Exec(system)
	})
	if err != nil {
		return made{}, err
	}
	return answer, nil
}

func (req request) write(ctx context.Context, client *ent.Client) (*ent.IdempotencyKey, error) {
	now := time.Now().UTC()
	if _, err := client.IdempotencyKey.Delete().Where(req.same(), idempotencykey.ExpiresAtLT(now)).Exec(ctx); err != nil {
		return nil, err
	}
	written, err := client.IdempotencyKey.Create().SetOwnerID(req.owner).SetOperation(req.operation).SetKey(req.key).
		SetInputHash(req.hash).SetExpiresAt(now.Add(keyLife)).Save(ctx)
	if database.IsTaken(err) {
		return nil, errSeen
	}
	return written, err
}

// again reads what the request made when it was carried out first.
func (r *Resolver) again(ctx context.Context, req request) (answer made, found bool, err error) {
	before, err := r.client(ctx).IdempotencyKey.Query().Where(req.same()).Only(access.As(ctx, "idempotency"))
	if ent.IsNotFound(err) {
		return made{}, false, nil
	}
	if err != nil {
		return made{}, false, err
	}
	if before.InputHash != req.hash {
		return made{}, false, fault.New(fault.Conflict, fault.Text{
			EN: "This key was used with another input.", FR: "Cette clé a servi avec une autre saisie.",
		}).At("idempotencyKey")
	}
	answer, err = r.read(ctx, before.Answer)
	return answer, err == nil, err
}

func (req request) same() predicate.IdempotencyKey {
	return idempotencykey.And(idempotencykey.OwnerID(req.owner), idempotencykey.Operation(req.operation), idempotencykey.Key(req.key))
}

func (m made) ids() json.RawMessage {
	ids := map[string]string{}
	if m.project != nil {
		ids["project"] = m.project.ID
	}
	if m.resource != nil {
		ids["resource"] = m.resource.ID
	}
	if m.library != nil {
		ids["library"] = m.library.ID
	}
	if m.run != nil {
		ids["run"] = m.run.ID
	}
	if m.order != nil {
		ids["order"] = m.order.ID
	}
	text, _ := json.Marshal(ids) // a map of strings always marshals
	return text
}

// read finds what is left of an answer and may still be seen.
func (r *Resolver) read(ctx context.Context, answer json.RawMessage) (m made, err error) {
	var ids map[string]string
	if err := json.Unmarshal(answer, &ids); err != nil {
		return made{}, fmt.Errorf("read an idempotent answer: %w", err)
	}
	client := r.client(ctx)
	err = errors.Join(
		get(ctx, ids["project"], client.Project.Get, &m.project),
		get(ctx, ids["resource"], client.Resource.Get, &m.resource),
		get(ctx, ids["library"], client.Library.Get, &m.library),
		get(ctx, ids["run"], client.Run.Get, &m.run),
		get(ctx, ids["order"], client.PurchaseOrder.Get, &m.order),
	)
	return m, err
}

func get[T any](ctx context.Context, id string, read func(context.Context, string) (*T, error), into **T) (err error) {
	if id != "" {
		*into, err = orNil(read(ctx, id))
	}
	return err
}

// SweepKeys forgets the idempotency keys that have expired.
func SweepKeys(ctx context.Context, db *database.DB) error {
	ctx = access.As(ctx, "idempotency")
	_, err := db.Client(ctx).IdempotencyKey.Delete().Where(idempotencykey.ExpiresAtLT(time.Now().UTC())).Exec(ctx)
	return err
}

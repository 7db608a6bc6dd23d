package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"

	"github.com/arpent/arpent/internal/fault"
)

const (
	networkAttempts = 3
	maxHaves        = 64
)

// remoteRefs are the references of a repository on a server. The cache folder holds objects, and of the
// references those that were seen last, which only serve to ask the server for less.
type remoteRefs struct {
	server  *server
	objects *objects
	seen    *localRefsStore
}

var _ references = (*remoteRefs)(nil)

func (r *remoteRefs) read(ctx context.Context, name string) (plumbing.Hash, error) {
	found, err := r.all(ctx, name)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if hash, ok := found[name]; ok {
		return hash, nil
	}
	return plumbing.ZeroHash, errNoRef(strings.TrimPrefix(name, "refs/heads/"))
}

func (r *remoteRefs) all(ctx context.Context, prefix string) (found map[string]plumbing.Hash, err error) {
	err = patiently(ctx, func() error {
		talk, offered, err := r.server.call(ctx, uploadPack, newBudget(repositoryLimits().Bytes))
		if err != nil {
			return err
		}
		talk.close()
		found = maps.Clone(offered.References)
		return nil
	})
	maps.DeleteFunc(found, func(name string, _ plumbing.Hash) bool { return !strings.HasPrefix(name, prefix) })
	return found, err
}

// patiently calls do again when the server was away for a moment.
func patiently(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if attempt == networkAttempts || !fault.Is(err, fault.Unavailable) {
			return err
		}
		if err := pause(ctx, time.Duration(attempt)*300*time.Millisecond); err != nil {
			return err
		}
	}
}

func (r *remoteRefs) obtain(ctx context.Context, commits ...plumbing.Hash) error {
	missing := slices.DeleteFunc(slices.Clone(commits), r.objects.has)
	if len(missing) == 0 {
		return nil
	}
	return patiently(ctx, func() error { return r.transfer(ctx, missing) })
}

func (r *remoteRefs) transfer(ctx context.Context, missing []plumbing.Hash) error {
	limits := repositoryLimits()
	left := newBudget(limits.Bytes)
	talk, offered, err := r.server.call(ctx, uploadPack, left)
	if err != nil {
		return err
	}
	defer talk.close()
	w := wish{wants: r.wants(offered, missing), haves: r.haves()}
	if len(w.wants) == 0 {
		return errNoRef(missing[0].String())
	}
	q, _, err := r.server.receive(ctx, talk, offered, w, r.objects, limits, left)
	if err != nil {
		return err
	}
	if err := q.release(r.objects); err != nil {
		return err
	}
	if lost := slices.IndexFunc(missing, func(h plumbing.Hash) bool { return !r.objects.has(h) }); lost >= 0 {
		return errNoRef(missing[lost].String())
	}
	r.remember(ctx, offered, w.wants)
	return nil
}

// wants asks for what is missing where references point at it, and else for all that they point at.
func (r *remoteRefs) wants(offered *packp.AdvRefs, missing []plumbing.Hash) []plumbing.Hash {
	var list []plumbing.Hash
	for _, hash := range missing {
		tip, pointed := wanted(offered, hash)
		if !pointed {
			return slices.DeleteFunc(allTips(offered), r.objects.has)
		}
		list = append(list, tip)
	}
	return list
}

// haves are the commits that were seen at the server and are here.
func (r *remoteRefs) haves() []plumbing.Hash {
	seen, err := r.seen.all(context.Background(), "refs/heads/")
	if err != nil {
		return nil // the transfer is only larger then
	}
	var list []plumbing.Hash
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if hash := seen[name]; len(list) < maxHaves && r.objects.has(hash) {
			list = append(list, hash)
		}
	}
	return list
}

// remember notes which references were fetched.
func (r *remoteRefs) remember(ctx context.Context, offered *packp.AdvRefs, wants []plumbing.Hash) {
	for name, hash := range offered.References {
		if strings.HasPrefix(name, "refs/heads/") && slices.Contains(wants, hash) {
			r.note(ctx, name, hash)
		}
	}
}

// note remembers where a reference of the server is. That it cannot be noted costs a larger transfer, no more.
func (r *remoteRefs) note(ctx context.Context, name string, hash plumbing.Hash) {
	if old, err := r.seen.read(ctx, name); err == nil || isMissing(err) {
		_ = r.seen.swap(ctx, name, old, hash)
	}
}

// swap pushes. When the connection breaks in between, nobody knows whether the server moved the reference, so
// it is looked up before the push is tried again.
func (r *remoteRefs) swap(ctx context.Context, name string, old, next plumbing.Hash) error {
	return r.push(ctx, name, next, func(now plumbing.Hash) bool { return now == old })
}

func (r *remoteRefs) force(ctx context.Context, name string, next plumbing.Hash) error {
	return r.push(ctx, name, next, func(plumbing.Hash) bool { return true })
}

// flush has nothing to do: what a server has taken it keeps, and the cache can be fetched anew.
func (r *remoteRefs) flush(string) error { return nil }

func (r *remoteRefs) close() { r.server.hangUp() }

func (r *remoteRefs) push(ctx context.Context, name string, next plumbing.Hash, may func(now plumbing.Hash) bool) error {
	var old plumbing.Hash
	first := true
	err := patiently(ctx, func() (err error) {
		old, err = r.pushOnce(ctx, name, next, may, first)
		first = false
		return err
	})
	var rejected *rejection
	if errors.As(err, &rejected) {
		return r.why(ctx, name, old, rejected)
	}
	if err == nil {
		r.note(ctx, name, next)
	}
	return err
}

// pushOnce returns where the reference was.
func (r *remoteRefs) pushOnce(ctx context.Context, name string, next plumbing.Hash, may func(plumbing.Hash) bool, first bool) (plumbing.Hash, error) {
	talk, offered, err := r.server.call(ctx, receivePack, newBudget(repositoryLimits().Bytes))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	defer talk.close()
	now := offered.References[name]
	if now == next && (!first || may(now)) {
		return now, nil
	}
	if !may(now) {
		return now, errLost
	}
	pack, err := r.pack(ctx, offered, next)
	if err != nil {
		return now, err
	}
	return now, r.server.push(ctx, talk, offered.Capabilities, name, now, next, pack)
}

// why tells apart what a server rejects because somebody was faster from what it does not allow.
func (r *remoteRefs) why(ctx context.Context, name string, old plumbing.Hash, rejected *rejection) error {
	now, err := r.read(ctx, name)
	if err != nil && !isMissing(err) {
		return err
	}
	low := strings.ToLower(rejected.said)
	for _, sign := range []string{"lock", "failed to update ref", "already exists", "incorrect old value", "fetch first"} {
		if now != old || strings.Contains(low, sign) {
			return fmt.Errorf("%w: %w", errLost, rejected)
		}
	}
	return errDeclined(r.server.host(), strings.TrimPrefix(name, "refs/heads/"), rejected.said)
}

// pack writes what the server lacks of a commit; nothing when the commit is none.
func (r *remoteRefs) pack(ctx context.Context, offered *packp.AdvRefs, next plumbing.Hash) ([]byte, error) {
	if next.IsZero() {
		return nil, nil
	}
	p := &parcel{objects: r.objects, chosen: map[plumbing.Hash]bool{}}
	for _, hash := range offered.References {
		if r.objects.has(hash) {
			p.there = append(p.there, hash)
		}
	}
	if err := p.take(ctx, next); err != nil {
		return nil, err
	}
	var pack bytes.Buffer
	_, err := packfile.NewEncoder(&pack, library{r.objects}, false).Encode(p.list, 0)
	if err != nil {
		return nil, fmt.Errorf("writing a pack: %w", err)
	}
	return pack.Bytes(), nil
}

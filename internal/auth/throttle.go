package auth

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// How many attempts to sign in are free, and how long each further one has to wait.
const (
	accountBurst = 10
	accountEvery = 30 * time.Second
	addressBurst = 30
	addressEvery = 5 * time.Second
	throttleSize = 8192 // keys of each kind; the ones unused for longest are forgotten
)

// throttle slows down guessing: per account whoever asks, and per address whomever it asks for. An account that
// is not there is counted like any other, so the answer does not tell.
type throttle struct {
	accounts, addresses *buckets
}

func newThrottle() *throttle {
	return &throttle{
		accounts:  newBuckets(accountBurst, accountEvery),
		addresses: newBuckets(addressBurst, addressEvery),
	}
}

// admit takes one attempt of the account and of the address, or says how long to wait.
func (t *throttle) admit(now time.Time, account, address string) error {
	wait := max(t.addresses.take(now, network(address)), t.accounts.take(now, account))
	if wait <= 0 {
		return nil
	}
	return fault.New(fault.Limited, fault.Text{
		EN: "Too many attempts to sign in. Try again in %d seconds.",
		FR: "Trop de tentatives de connexion. Réessayez dans %d secondes.",
	}, int(wait/time.Second)+1)
}

// forgive gives an account its free attempts back: its owner has signed in.
func (t *throttle) forgive(account string) { t.accounts.forget(account) }

// network is what an attacker holds at least: one IPv4 address, or an IPv6 network of 64 bits.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}

// buckets are token buckets by key, in bounded memory.
type buckets struct {
	burst int
	every time.Duration

	mutex sync.Mutex
	byKey map[string]*list.Element
	order *list.List // of *bucket, the latest used first
}

// bucket is full again at a time; each attempt moves that time on.
type bucket struct {
	key  string
	full time.Time
}

func newBuckets(burst int, every time.Duration) *buckets {
	return &buckets{burst: burst, every: every, byKey: map[string]*list.Element{}, order: list.New()}
}

// take takes one attempt and returns zero, or takes none and returns how long to wait for one.
func (b *buckets) take(now time.Time, key string) time.Duration {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	entry := b.find(key)
	if entry.full.Before(now) {
		entry.full = now
	}
	full := entry.full.Add(b.every)
	if wait := full.Sub(now) - time.Duration(b.burst)*b.every; wait > 0 {
		return wait
	}
	entry.full = full
	return 0
}

func (b *buckets) find(key string) *bucket {
	if element, ok := b.byKey[key]; ok {
		b.order.MoveToFront(element)
		return element.Value.(*bucket)
	}
	if b.order.Len() >= throttleSize {
		oldest := b.order.Back()
		delete(b.byKey, b.order.Remove(oldest).(*bucket).key)
	}
	entry := &bucket{key: key}
	b.byKey[key] = b.order.PushFront(entry)
	return entry
}

func (b *buckets) forget(key string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if element, ok := b.byKey[key]; ok {
		b.order.Remove(element)
		delete(b.byKey, key)
	}
}

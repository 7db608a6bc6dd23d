package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/arpent/arpent/internal/fault"
	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// MaxPassword is the length in bytes of the longest password that is taken.
const MaxPassword = 1024

// The cost of a new hash (OWASP's recommendation for argon2id), and what all hashes at work may use together:
// a storm of sign-ins waits in line instead of taking the machine's memory.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	hashSize    = 32
	saltSize    = 16

	memoryBudget = 64 << 10 // KiB; also the most that one stored hash may ask for
	maxTime      = 16
	maxThreads   = 16
)

var memory = semaphore.NewWeighted(memoryBudget)

// phc is a hash with all that is needed to make it again, written $argon2id$v=19$m=…,t=…,p=…$salt$sum.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, sum    []byte
}

// HashPassword makes the stored form of a password. It waits its turn; a context that is done before that
// is Unavailable. A password longer than MaxPassword is Invalid.
func HashPassword(ctx context.Context, password string) (string, error) {
	if len(password) > MaxPassword {
		return "", fault.New(fault.Invalid, fault.Text{
			EN: "A password has at most %d bytes.",
			FR: "Un mot de passe compte au plus %d octets.",
		}, MaxPassword)
	}
	h := phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: make([]byte, saltSize)}
	rand.Read(h.salt) // never fails, it ends the program instead
	sum, err := h.compute(ctx, password, hashSize)
	if err != nil {
		return "", err
	}
	h.sum = sum
	return h.String(), nil
}

// VerifyPassword tells whether a password is the one that was hashed, and whether it should be hashed again
// because the cost of new hashes has changed since. An empty or unreadable hash takes as long as a wrong
// password and is never right, so the time of a refused sign-in does not tell who has an account.
func VerifyPassword(ctx context.Context, hash, password string) (ok, needsRehash bool, err error) {
	h, readable := parsePHC(hash)
	if len(password) > MaxPassword {
		return false, false, nil
	}
	sum, err := h.compute(ctx, password, uint32(len(h.sum)))
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(sum, h.sum) == 1 && readable
	return ok, ok && !h.current(), nil
}

func (h phc) compute(ctx context.Context, password string, size uint32) ([]byte, error) {
	if err := memory.Acquire(ctx, int64(h.memory)); err != nil {
		return nil, fault.New(fault.Unavailable, fault.Text{
			EN: "Too many people are signing in at the moment. Please try again.",
			FR: "Trop de personnes se connectent en ce moment. Veuillez réessayer.",
		}).Because(err)
	}
	defer memory.Release(int64(h.memory))
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, size), nil
}

func (h phc) current() bool {
	return h.memory == hashMemory && h.time == hashTime && h.threads == hashThreads &&
		len(h.salt) == saltSize && len(h.sum) == hashSize
}

// String is the PHC form.
func (h phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads,
		phcEncoding.EncodeToString(h.salt), phcEncoding.EncodeToString(h.sum))
}

var phcEncoding = base64.RawStdEncoding.Strict()

// parsePHC reads a hash. What it cannot read becomes a hash of today's cost that no password has.
func parsePHC(text string) (h phc, readable bool) {
	fields := strings.Split(text, "$")
	if len(fields) != 6 {
		return nobodys(), false
	}
	_, err1 := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.threads)
	salt, err2 := phcEncoding.DecodeString(fields[4])
	sum, err3 := phcEncoding.DecodeString(fields[5])
	h.salt, h.sum = salt, sum
	if err1 != nil || err2 != nil || err3 != nil || !h.bounded() || h.String() != text {
		return nobodys(), false
	}
	return h, true
}

// bounded keeps a stored hash from asking for more than a new one ever will.
func (h phc) bounded() bool {
	return h.memory >= 8*uint32(h.threads) && h.memory <= memoryBudget &&
		h.time >= 1 && h.time <= maxTime && h.threads >= 1 && h.threads <= maxThreads &&
		len(h.salt) >= 8 && len(h.salt) <= 64 && len(h.sum) >= 16 && len(h.sum) <= 64
}

func nobodys() phc {
	return phc{memory: hashMemory, time: hashTime, threads: hashThreads, salt: make([]byte, saltSize), sum: make([]byte, hashSize)}
}

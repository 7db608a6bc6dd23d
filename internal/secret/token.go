package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

// A token is a prefix, "_", 26 characters of base32 that hold 130 random bits, and 7 of the CRC-32 of all before: a
// scanner that finds [a-z]+_[a-z2-7]{33} in a repository can tell one of ours without asking anybody.
const (
	tokenRandom   = 26
	tokenChecksum = 7
)

var tokenEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken makes a token that begins with the prefix and "_", as in arp_…, and the hash under which it is
// stored. The plain token is shown once and kept nowhere.
func NewToken(prefix string) (plain string, hash []byte) {
	body := prefix + "_" + strings.ToLower(rand.Text()[:tokenRandom])
	plain = body + checksum(body)
	return plain, HashToken(plain)
}

// HashToken is what is stored of a token, and what it is found by. A token is random enough to need neither
// salt nor slowness.
func HashToken(plain string) []byte {
	sum := sha256.Sum256([]byte(plain))
	return sum[:]
}

// IsToken tells whether plain may be a token with that prefix: its shape and checksum are right. It says
// nothing about who made it, but a slip or a guess need not be looked up.
func IsToken(prefix, plain string) bool {
	rest, ok := strings.CutPrefix(plain, prefix+"_")
	if !ok || len(rest) != tokenRandom+tokenChecksum {
		return false
	}
	body := plain[:len(plain)-tokenChecksum]
	return plain[len(body):] == checksum(body)
}

func checksum(body string) string {
	return tokenEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

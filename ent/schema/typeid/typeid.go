// Package typeid makes the ids of Arpent: a prefix that names the type and a UUIDv7 in base32, as in
// run_01jd3x6s5qe0b9k2v7w8x9y0za. They sort by time of creation, and show in GraphQL, URLs and logs alike.
package typeid

import (
	"strings"

	"github.com/google/uuid"
)

// alphabet is Crockford's base32 in lower case, as the TypeID specification asks for.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// suffixLength is the length of 128 bits in base32.
const suffixLength = 26

// New returns a new id with the prefix.
func New(prefix string) string {
	return prefix + "_" + encode(uuid.Must(uuid.NewV7()))
}

// Maker returns a function that makes ids with the prefix: the default of a model's id.
func Maker(prefix string) func() string {
	return func() string { return New(prefix) }
}

// Prefix returns the part of an id that names its type; empty when id is no id of ours.
func Prefix(id string) string {
	prefix, suffix, ok := strings.Cut(id, "_")
	if !ok || len(suffix) != suffixLength || suffix[0] > '7' {
		return ""
	}
	for i := range len(suffix) {
		if strings.IndexByte(alphabet, suffix[i]) < 0 {
			return ""
		}
	}
	return prefix
}

// encode writes the 128 bits as 26 digits of 5 bits; the first digit holds the upper 3.
func encode(id uuid.UUID) string {
	var digits [suffixLength]byte
	high, low := word(id[:8]), word(id[8:])
	for i := suffixLength - 1; i >= 0; i-- {
		digits[i] = alphabet[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(digits[:])
}

func word(b []byte) (w uint64) {
	for _, x := range b {
		w = w<<8 | uint64(x)
	}
	return w
}

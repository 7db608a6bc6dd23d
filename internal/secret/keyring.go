package secret

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/arpent/arpent/internal/fault"
	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// A sealed value is: version, key id, nonce, ciphertext with its tag. The header is authenticated too.
const (
	sealVersion = 1
	keyIDSize   = 8
	headerSize  = 1 + keyIDSize
	nonceSize   = chacha20poly1305.NonceSizeX
	minSealed   = headerSize + nonceSize + chacha20poly1305.Overhead
)

// Keyring holds the keys of an installation. It is immutable and safe for concurrent use.
type Keyring struct {
	first *key
	byID  map[keyID]*key
}

type keyID [keyIDSize]byte

// key is what is derived from one secret of the keyring: sealing and signing never share key material.
type key struct {
	id   keyID
	aead cipher.AEAD
	sign []byte
}

// NewKeyring makes a keyring of keys of KeySize bytes: the first seals, all of them open. A keyring needs
// at least one key; a key that is there twice, or that is all zeros, is a mistake and refused.
func NewKeyring(keys ...[]byte) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, fault.New(fault.Invalid, fault.Text{
			EN: "The secret key is missing.",
			FR: "La clé secrète est absente.",
		})
	}
	ring := &Keyring{byID: make(map[keyID]*key, len(keys))}
	for i, material := range keys {
		if err := ring.add(i+1, material); err != nil {
			return nil, err
		}
	}
	return ring, nil
}

func (r *Keyring) add(number int, material []byte) error {
	if len(material) != KeySize {
		return fault.New(fault.Invalid, fault.Text{
			EN: "Secret key number %d has %d bytes, %d are needed.",
			FR: "La clé secrète numéro %d compte %d octets, il en faut %d.",
		}, number, len(material), KeySize)
	}
	if [KeySize]byte(material) == ([KeySize]byte{}) {
		return fault.New(fault.Invalid, fault.Text{
			EN: "Secret key number %d is all zeros.",
			FR: "La clé secrète numéro %d n’est faite que de zéros.",
		}, number)
	}
	k := derive(material)
	if r.byID[k.id] != nil {
		return fault.New(fault.Invalid, fault.Text{
			EN: "Secret key number %d is given twice.",
			FR: "La clé secrète numéro %d est donnée deux fois.",
		}, number)
	}
	r.byID[k.id] = k
	if r.first == nil {
		r.first = k
	}
	return nil
}

// IDs names the keys, the one that seals first. An id tells nothing of its key: it may be shown and written down.
func (r *Keyring) IDs() []string {
	ids := []string{hex.EncodeToString(r.first.id[:])}
	for id := range r.byID {
		if id != r.first.id {
			ids = append(ids, hex.EncodeToString(id[:]))
		}
	}
	slices.Sort(ids[1:])
	return ids
}

func derive(material []byte) *key {
	k := &key{id: keyID(expand(material, "arpent key id v1", keyIDSize)), sign: expand(material, "arpent sign v1", sha256.Size)}
	aead, err := chacha20poly1305.NewX(expand(material, "arpent seal v1", chacha20poly1305.KeySize))
	if err != nil {
		panic(err) // the key has the one length that NewX takes
	}
	k.aead = aead
	return k
}

func expand(material []byte, purpose string, size int) []byte {
	out, err := hkdf.Key(sha256.New, material, nil, purpose, size)
	if err != nil {
		panic(err) // only for sizes beyond 255 hashes
	}
	return out
}

// Seal encrypts plain with the first key. The context is not stored: Open must be given the same one, so
// make it of what the value belongs to (table, row, column), and a value copied to another row stays shut.
func (r *Keyring) Seal(plain []byte, context string) []byte {
	out := make([]byte, headerSize+nonceSize, minSealed+len(plain))
	out[0] = sealVersion
	copy(out[1:], r.first.id[:])
	nonce := out[headerSize:]
	rand.Read(nonce) // never fails, it ends the program instead
	return r.first.aead.Seal(out, nonce, plain, additional(out[:headerSize], context))
}

// Open decrypts what Seal made in the same context. It fails with Unavailable when the key is not in the
// keyring, and with Internal when the value is damaged, cut or belongs to another context.
func (r *Keyring) Open(sealed []byte, context string) ([]byte, error) {
	if len(sealed) < minSealed || sealed[0] != sealVersion {
		return nil, errDamaged
	}
	k := r.byID[keyID(sealed[1:headerSize])]
	if k == nil {
		return nil, fault.New(fault.Unavailable, fault.Text{
			EN: "The key %x that sealed this value is not in the keyring.",
			FR: "La clé %x qui a scellé cette valeur n’est pas dans le trousseau.",
		}, sealed[1:headerSize])
	}
	nonce, body := sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
	plain, err := k.aead.Open(nil, nonce, body, additional(sealed[:headerSize], context))
	if err != nil {
		return nil, errDamaged
	}
	return plain, nil
}

// KeyOf names the key that sealed a value; ok is false for what is no sealed value.
func KeyOf(sealed []byte) (id string, ok bool) {
	if len(sealed) < minSealed || sealed[0] != sealVersion {
		return "", false
	}
	return hex.EncodeToString(sealed[1:headerSize]), true
}

// additional is what is authenticated with the value. The header has a fixed length, so no two pairs of
// header and context make the same bytes.
func additional(header []byte, context string) []byte {
	return append(append(make([]byte, 0, len(header)+len(context)), header...), context...)
}

var errDamaged = fault.New(fault.Internal, fault.Text{
	EN: "A sealed value cannot be opened: it is damaged or belongs elsewhere.",
	FR: "Une valeur scellée ne peut pas être ouverte : elle est abîmée ou n’est pas à sa place.",
})

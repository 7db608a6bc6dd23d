package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/arpent/arpent/internal/fault"
)

// A signed token is, in URL-safe base64: version, key id, expiry in Unix milliseconds, claims as JSON, and the
// HMAC-SHA256 of the purpose and all that stands before.
const (
	signVersion  = 1
	signHeader   = 1 + keyIDSize + 8
	maxSigned    = 16 << 10
	minSignedRaw = signHeader + sha256.Size
)

var signedEncoding = base64.RawURLEncoding.Strict()

// Signer makes and checks tokens that carry claims. It is safe for concurrent use.
type Signer struct{ ring *Keyring }

// Signer returns the signer of the keyring's keys.
func (r *Keyring) Signer() *Signer { return &Signer{ring: r} }

// Sign returns a token that carries the claims for one purpose until it expires; a zero time means never.
// The claims can be read by whoever has the token. It panics when they are not JSON: that is a bug.
func (s *Signer) Sign(purpose string, claims any, expires time.Time) string {
	body, err := json.Marshal(claims)
	if err != nil {
		panic(fmt.Sprintf("secret: claims for %s are not JSON: %v", purpose, err))
	}
	raw := make([]byte, 0, minSignedRaw+len(body))
	raw = append(append(raw, signVersion), s.ring.first.id[:]...)
	raw = binary.BigEndian.AppendUint64(raw, expiryStamp(expires))
	raw = append(raw, body...)
	raw = append(raw, s.ring.first.mac(purpose, raw)...)
	return signedEncoding.EncodeToString(raw)
}

func expiryStamp(expires time.Time) uint64 {
	if expires.IsZero() {
		return 0
	}
	return uint64(max(expires.UnixMilli(), 1)) // 0 is kept for never
}

// Verify checks a token of Sign and reads its claims into what into points to. Everything that is wrong
// with a token is Unauthenticated; nothing is read from one that was not signed here for this purpose.
func (s *Signer) Verify(purpose, token string, into any) error {
	raw, ok := s.authentic(purpose, token)
	if !ok {
		return errToken
	}
	stamp := binary.BigEndian.Uint64(raw[1+keyIDSize:])
	if stamp != 0 && time.Now().UnixMilli() >= int64(stamp) {
		return errExpired
	}
	if err := json.Unmarshal(raw[signHeader:], into); err != nil {
		return errToken.Because(err)
	}
	return nil
}

// authentic returns what was signed, without its code.
func (s *Signer) authentic(purpose, token string) ([]byte, bool) {
	if len(token) > maxSigned {
		return nil, false
	}
	raw, err := signedEncoding.DecodeString(token)
	if err != nil || len(raw) < minSignedRaw || raw[0] != signVersion {
		return nil, false
	}
	k := s.ring.byID[keyID(raw[1:1+keyIDSize])]
	if k == nil {
		return nil, false
	}
	body, code := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	return body, hmac.Equal(code, k.mac(purpose, body))
}

// mac puts the purpose's length first, so that no purpose can be moved into the body or out of it.
func (k *key) mac(purpose string, body []byte) []byte {
	h := hmac.New(sha256.New, k.sign)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(body)
	return h.Sum(nil)
}

var (
	errToken = fault.New(fault.Unauthenticated, fault.Text{
		EN: "This token is not valid.",
		FR: "Ce jeton n’est pas valide.",
	})
	errExpired = fault.New(fault.Unauthenticated, fault.Text{
		EN: "This token has expired.",
		FR: "Ce jeton a expiré.",
	})
)

package tfprovider

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// keyStart begins the keys of claims that were made here.
const keyStart = "terraform/"

// maxName is how long the name of a claim may be, so that its keys fit.
const maxName = 100

// keyOf is the key of a claim: what it is called and all that is asked for. Who asks again after a crash asks for the same and is
// given the same claim; who asks for something else is given another one, also while the first is still held, as with
// create_before_destroy. ended is the last claim of that key that has ended, since a key answers with its claim for ever.
func keyOf(kind, name string, input any, ended string) (string, error) {
	content, err := json.Marshal(input)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	key := keyStart + kind + "/" + name + "/" + hex.EncodeToString(sum[:8])
	if ended != "" {
		key += "/" + ended
	}
	return key, nil
}

// nameIn is the name that a key was made from; a key that was made elsewhere is a name itself.
func nameIn(key string) string {
	rest, ours := strings.CutPrefix(key, keyStart)
	parts := strings.Split(rest, "/")
	if !ours || len(parts) < 3 {
		return key
	}
	parts = parts[1:]
	if strings.HasPrefix(parts[len(parts)-1], "clm_") {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts[:len(parts)-1], "/")
}

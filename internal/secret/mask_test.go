package secret_test

import (
	"encoding/json"
	"testing"

	"github.com/arpent/arpent/internal/secret"
	"github.com/stretchr/testify/require"
)

func TestMask(t *testing.T) {
	const before = `{"name":"db","inputs":{"password":"p","size":3},"users":[{"token":"t","id":1},{"token":null}]}`
	for name, c := range map[string]struct {
		paths []string
		after string
	}{
		"nothing":   {nil, before},
		"nowhere":   {[]string{"", "inputs.none", "name.deeper", "users.0.token"}, before},
		"one value": {[]string{"inputs.password"}, `{"name":"db","inputs":{"password":"••••••","size":3},"users":[{"token":"t","id":1},{"token":null}]}`},
		"a branch":  {[]string{"users", "inputs"}, `{"name":"db","inputs":"••••••","users":"••••••"}`},
		"any":       {[]string{"users.*.token", "*.size"}, `{"name":"db","inputs":{"password":"p","size":"••••••"},"users":[{"token":"••••••","id":1},{"token":"••••••"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			var value any
			require.NoError(t, json.Unmarshal([]byte(before), &value))
			after, err := json.Marshal(secret.Mask(value, c.paths...))
			require.NoError(t, err)
			require.JSONEq(t, c.after, string(after))
			unchanged, err := json.Marshal(value)
			require.NoError(t, err)
			require.JSONEq(t, before, string(unchanged), "the value itself is left alone")
		})
	}
}

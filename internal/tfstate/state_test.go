package tfstate

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyState draws a state as the engines may write it: members in any order, with others between them.
func anyState(t *rapid.T) (plain string, instances int) {
	var resources []any
	for range rapid.IntRange(0, 4).Draw(t, "resources") {
		mode, n := rapid.SampledFrom([]string{"managed", "data"}).Draw(t, "mode"), rapid.IntRange(0, 3).Draw(t, "instances")
		if mode == "managed" {
			instances += n
		}
		each := make([]map[string]any, n)
		for i := range each {
			each[i] = map[string]any{"attributes": map[string]string{"serial": rapid.String().Draw(t, "attribute")}}
		}
		resources = append(resources, map[string]any{"mode": mode, "instances": each})
	}
	members := map[string]any{
		"serial": rapid.Int64Range(0, 1<<62).Draw(t, "serial"), "lineage": rapid.StringMatching(`[a-z-]{1,36}`).Draw(t, "lineage"),
		"resources": resources, "outputs": map[string]any{"serial": map[string]any{"value": rapid.Float64().Draw(t, "output")}},
		"version": 4, "check_results": nil,
	}
	return object(t, members), instances
}

func object(t *rapid.T, members map[string]any) string {
	var parts []string
	for _, name := range rapid.Permutation([]string{"serial", "lineage", "resources", "outputs", "version", "check_results"}).Draw(t, "order") {
		value, err := json.Marshal(members[name])
		require.NoError(t, err)
		parts = append(parts, `"`+name+`" `+rapid.SampledFrom([]string{":", ": ", " :\n"}).Draw(t, "colon")+string(value))
	}
	return "{" + strings.Join(parts, " ,\n") + "}\n"
}

func TestSummariesAreWhatTheStateSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain, instances := anyState(t)
		var whole struct {
			Serial  int64
			Lineage string
		}
		require.NoError(t, json.Unmarshal([]byte(plain), &whole))
		in, err := receive(strings.NewReader(plain), int64(len(plain)))
		require.NoError(t, err)
		require.Equal(t, whole.Serial, in.Serial)
		require.Equal(t, whole.Lineage, in.Lineage)
		require.Equal(t, instances, in.Resources)
		require.Equal(t, int64(len(plain)), in.size)

		var back bytes.Buffer
		require.NoError(t, unpack(&back, in.compressed))
		require.Equal(t, plain, back.String())
	})
}

func TestRenumberingChangesTheSerialOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain, _ := anyState(t)
		known, err := summarize(strings.NewReader(plain))
		require.NoError(t, err)
		serial := rapid.Int64Range(0, 1<<62).Draw(t, "new serial")
		again := withSerial([]byte(plain), known, serial)
		var before, after map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(plain), &before))
		require.NoError(t, json.Unmarshal(again, &after))
		want, err := json.Marshal(serial)
		require.NoError(t, err)
		before["serial"] = want
		require.True(t, maps.EqualFunc(before, after, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }))
	})
}

func FuzzReceive(f *testing.F) {
	f.Add(`{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"managed","instances":[{}]}]}`)
	f.Add(`{"serial":1,"lineage":"l","resources":null,"x":[[{"serial":2}]]}`)
	f.Fuzz(func(t *testing.T, plain string) {
		in, err := receive(strings.NewReader(plain), 1<<20)
		if err != nil {
			return
		}
		require.True(t, json.Valid([]byte(plain)))
		require.True(t, json.Valid(withSerial([]byte(plain), in.summary, 7)))
		var back bytes.Buffer
		require.NoError(t, unpack(&back, in.compressed))
		require.Equal(t, plain, back.String())
	})
}

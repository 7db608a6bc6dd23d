package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A gqlgen that writes its templates differently must not be used before somebody has looked.
func TestACureWantsItsTextExactlyOnce(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", state + state} {
		_, err := curedText("internal!.gotpl", text+buffer)
		require.ErrorContains(t, err, "the cure wants it once")
	}
	cured, err := curedText("internal!.gotpl", buffer+"\n"+state)
	require.NoError(t, err)
	require.Contains(t, cured, "plans answer.Plans")
	require.NotContains(t, cured, buffer)
}

func TestEveryCureFindsItsPlace(t *testing.T) {
	t.Parallel()
	_, err := curedTemplates()
	require.NoError(t, err)
}

package apptest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

const updateSpecification = `mutation($id: ID!, $s: SpecificationInput) { updateServer(input: {id: $id, specification: $s}) {
	server { specification { cores memoryMiB system } } userErrors { message } } }`

// TestNullClearsAndNothingLeavesAsItIs asks over the wire, where null and nothing look almost alike.
func TestNullClearsAndNothingLeavesAsItIs(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		provider := s.DB.Client(apptest.System()).HostingProvider.Create().SetCode("MND").SetName("Mended").SaveX(apptest.System())
		machine := s.DB.Client(apptest.System()).Server.Create().SetHostname("mend-1").SetProviderID(provider.ID).SetCores(8).SetMemoryMib(1024).SetSystem("Debian 12").SaveX(apptest.System())
		for _, step := range []struct {
			given map[string]any
			has   string
		}{
			{map[string]any{"system": "Debian 13"}, `{"cores":8,"memoryMiB":1024,"system":"Debian 13"}`},
			{map[string]any{"cores": nil}, `{"cores":0,"memoryMiB":1024,"system":"Debian 13"}`},
			{nil, `{"cores":0,"memoryMiB":1024,"system":"Debian 13"}`},
		} {
			answer := s.Admin().Ask(updateSpecification, map[string]any{"id": machine.ID, "s": step.given})
			require.Empty(t, answer.Errors)
			require.Contains(t, string(answer.Data), step.has)
		}
	})
}

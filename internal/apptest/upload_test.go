package apptest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/apptest"
)

// wideFile is a hosting provider's file of so many rows, each about a page long.
func wideFile(rows int) string {
	var file strings.Builder
	file.WriteString("hostname")
	for column := range 60 {
		fmt.Fprintf(&file, ",remark %d", column)
	}
	remarks := strings.Repeat(","+strings.Repeat("a long remark ", 5), 60)
	for i := range rows {
		fmt.Fprintf(&file, "\nlarge-%d%s", i, remarks)
	}
	return file.String()
}

// A file that is much larger than any other request is read whole; strangers are not let in with one.
func TestLargeFilesAreUploaded(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, s *apptest.Server) {
		provider := s.DB.Client(t.Context()).HostingProvider.Create().SetName("Large").SetCode("large").SaveX(access.As(t.Context(), "test"))
		file := wideFile(5_000)
		require.Greater(t, len(file), 16<<20)
		operations, err := json.Marshal(map[string]any{
			"query":     `mutation($p: ID!, $file: Upload!) { importServers(input: {providerId: $p, file: $file, dryRun: true}) { added refused userErrors { message } } }`,
			"variables": map[string]any{"p": provider.ID, "file": nil},
		})
		require.NoError(t, err)
		const places = `{"0": ["variables.file"]}`
		require.JSONEq(t, `{"data": {"importServers": {"added": 5000, "refused": 0, "userErrors": []}}}`, string(s.Admin().Upload(string(operations), places, file)))
		require.Equal(t, "UNAUTHENTICATED", apptest.FirstError(t, s.Nobody().Upload(string(operations), places, file[:2<<20])).Extensions.Code)
	})
}

package apptest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/catalog"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/library"
)

// The library that ships reads without a problem, and speaks both languages.
func TestShippedLibraryReads(t *testing.T) {
	t.Parallel()
	read, problems := catalog.ReadLibrary(library.FS)
	require.Empty(t, problems)
	styles := map[catalog.Style]int{}
	for _, found := range read.Templates {
		styles[found.Style]++
		for name, text := range map[string]fault.Text{
			"title": found.Texts.Title, "summary": found.Texts.Summary, "description": found.Texts.Description,
		} {
			require.NotEmpty(t, text.EN, "%s: %s", found.Name, name)
			require.NotEmpty(t, text.FR, "%s: %s", found.Name, name)
		}
		require.NotEqual(t, found.Texts.Summary.EN, found.Texts.Summary.FR, found.Name)
		offered, err := catalog.Offer(catalog.Request{Schema: found.Schema()})
		require.NoError(t, err)
		require.NotEmpty(t, offered)
	}
	require.NotZero(t, styles[catalog.Flat])
	require.NotZero(t, styles[catalog.Module])
}

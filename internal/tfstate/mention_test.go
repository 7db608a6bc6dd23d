package tfstate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/database/databasetest"
)

// What a state has in it is found, wherever the pieces are cut in which it is read; an encrypted one says nothing.
func TestAStateTellsWhatItMentions(t *testing.T) {
	t.Parallel()
	databasetest.Each(t, func(t *testing.T, db *database.DB) {
		h := open(t, db, 0)
		r, _ := h.running(h.web)
		found, known, err := h.Mentions(h.system, h.web.ID, []string{"clm_1"})
		require.NoError(t, err)
		require.True(t, known, "there is no state, so nothing is in it")
		require.Empty(t, found)

		var words []string
		for i := range 5_000 { // so many that the ends of the pieces fall on some of them
			words = append(words, fmt.Sprintf("clm_%026d", i*7919))
		}
		body := fmt.Sprintf(`{"version":4,"serial":1,"lineage":"a","resources":[],"ids":["%s"]}`, strings.Join(words, `","`))
		_, err = h.Keep(h.system, r.ID, 1, []byte(body))
		require.NoError(t, err)
		found, known, err = h.Mentions(h.system, h.web.ID, append(words, "clm_absent"))
		require.NoError(t, err)
		require.True(t, known)
		require.Len(t, found, len(words))
		require.False(t, found["clm_absent"])

		_, err = h.Keep(h.system, r.ID, 1, []byte(`{"serial":2,"lineage":"a","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}`))
		require.NoError(t, err)
		_, known, err = h.Mentions(h.system, h.web.ID, words)
		require.NoError(t, err)
		require.False(t, known)
	})
}

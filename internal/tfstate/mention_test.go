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
		for i := range 300 {
			words = append(words, fmt.Sprintf("clm_%026d", i*7919))
		}
		var body strings.Builder
		body.WriteString(`{"version":4,"serial":1,"lineage":"a","resources":[`)
		for i, word := range words {
			if i > 0 {
				body.WriteString(",")
			}
			fmt.Fprintf(&body, `{"mode":"managed","type":"arpent_server","instances":[{"attributes":{"id":%q,"pad":%q}}]}`, word, strings.Repeat("x", 1000+i))
		}
		body.WriteString("]}")
		_, err = h.Keep(h.system, r.ID, 1, []byte(body.String()))
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

package access_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

func TestADenialSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	in := func(p ...access.Permission) map[string]access.Set {
		return map[string]access.Set{"prj_a": access.NewSet(p...)}
	}
	for name, c := range map[string]struct {
		viewer  access.Viewer
		project string
		en, fr  string
	}{
		"the role": {
			access.Viewer{Projects: in(access.ProjectRead)}, "prj_a",
			"Your role in this project does not allow this (resource.request).", "Votre rôle dans ce projet ne le permet pas (resource.request).",
		},
		"the token's scope": {
			access.Viewer{Projects: in(access.ResourceRequest), Scopes: access.NewSet(access.ProjectRead)}, "prj_a",
			"This token’s scopes do not include resource.request.", "Les permissions de ce jeton ne comprennent pas resource.request.",
		},
		"the role, though the token lacks the scope too": {
			access.Viewer{Projects: in(access.ProjectRead), Scopes: access.NewSet(access.ProjectRead)}, "prj_a",
			"Your role in this project does not allow this (resource.request).", "Votre rôle dans ce projet ne le permet pas (resource.request).",
		},
		"a role on the platform": {
			access.Viewer{Projects: in(access.ResourceRequest)}, "",
			"You have no role on the platform that allows this (resource.request).",
			"Vous n’avez sur la plateforme aucun rôle qui le permette (resource.request).",
		},
		"nothing": {access.Viewer{Projects: in(access.ResourceRequest)}, "prj_a", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := access.Require(access.NewContext(context.Background(), &c.viewer), c.project, access.ResourceRequest)
			if c.en == "" {
				require.NoError(t, err)
				return
			}
			refusal, ok := fault.As(err)
			require.True(t, ok)
			require.Equal(t, fault.Denied, refusal.Code())
			require.Equal(t, c.en, refusal.Message("en"))
			require.Equal(t, c.fr, refusal.Message("fr"))
		})
	}
}

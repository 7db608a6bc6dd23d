package provision

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/gitops"
)

func TestTheSceneOfAPlanIsKeptForItsApply(t *testing.T) {
	t.Parallel()
	kept := newScenes()
	planned, other := "c1", "c2"
	scene := Scene{project: &ent.Project{Acronym: "A"}, folder: gitops.Folder{Files: map[string][]byte{"main.tf": []byte("x")}}}
	kept.keep("run_1", planned, scene)

	found, ok := kept.of(&ent.Run{ID: "run_1", Commit: &planned})
	require.True(t, ok)
	require.Equal(t, scene, found)
	for name, r := range map[string]*ent.Run{
		"what another attempt planned": {ID: "run_1", Commit: &other},
		"before there is a plan":       {ID: "run_1"},
		"of another run":               {ID: "run_2", Commit: &planned},
	} {
		_, ok := kept.of(r)
		require.False(t, ok, name)
	}

	kept.drop("run_1")
	_, ok = kept.of(&ent.Run{ID: "run_1", Commit: &planned})
	require.False(t, ok)
}

func TestALargeSceneIsNotKept(t *testing.T) {
	t.Parallel()
	kept, commit := newScenes(), "c1"
	kept.keep("run_1", commit, Scene{folder: gitops.Folder{Files: map[string][]byte{"main.tf": bytes.Repeat([]byte("x"), largestScene+1)}}})
	_, ok := kept.of(&ent.Run{ID: "run_1", Commit: &commit})
	require.False(t, ok)
}

// The archive is made once, and what comes of it again is the same.
func TestAFolderIsPackedOnce(t *testing.T) {
	t.Parallel()
	once, folder := &packed{}, gitops.Folder{Files: map[string][]byte{"main.tf": []byte("x")}}
	first, err := once.of(folder)
	require.NoError(t, err)
	again, err := once.of(folder)
	require.NoError(t, err)
	require.Same(t, &first[0], &again[0])
}

package provision

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/gitops"
)

// Where nobody is asked, a run goes from its plan to its apply within milliseconds. The scene that was planned is kept for that
// long: rendered anew it would be the same, or, where somebody has changed something meanwhile, not what was planned. Another
// process, and whoever comes later, renders it anew.
const (
	scenesKept   = 128
	sceneFor     = time.Minute
	largestScene = 128 << 10 // bytes of files, so that all are at most 16 MiB
)

// scenes are those of plans, by their runs.
type scenes struct {
	kept *lru.Cache[string, *keptScene]
}

// keptScene is a scene and the commit that it became.
type keptScene struct {
	Scene
	commit string
}

func newScenes() scenes {
	kept, _ := lru.New[string, *keptScene](scenesKept) // fails only for a size below one
	return scenes{kept}
}

func (s scenes) keep(runID, commit string, scene Scene) {
	size := 0
	for _, file := range scene.folder.Files {
		size += len(file)
	}
	if size > largestScene {
		return
	}
	made := &keptScene{scene, commit}
	s.kept.Add(runID, made)
	time.AfterFunc(sceneFor, func() { // it holds secrets: it does not stay until others need its place
		if kept, ok := s.kept.Peek(runID); ok && kept == made {
			s.kept.Remove(runID)
		}
	})
}

// of is the scene that became a run's commit, if it is kept.
func (s scenes) of(r *ent.Run) (Scene, bool) {
	kept, ok := s.kept.Get(r.ID)
	if !ok || r.Commit == nil || *r.Commit != kept.commit {
		return Scene{}, false
	}
	return kept.Scene, true
}

// drop forgets the scene of a run that needs it no more.
func (s scenes) drop(runID string) { s.kept.Remove(runID) }

// packed is a folder's archive, made once for plan and apply.
type packed struct {
	once  sync.Once
	files []byte
	err   error
}

func (p *packed) of(folder gitops.Folder) ([]byte, error) {
	p.once.Do(func() { p.files, p.err = folder.Archive() })
	return p.files, p.err
}

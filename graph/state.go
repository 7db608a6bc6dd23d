package graph

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/graph/model"
)

// stateLocks are those who hold the states of projects.
func (r *Resolver) stateLocks(ctx context.Context, ids []string) (map[string]*model.StateLockInfo, error) {
	held, err := r.State.LockInfos(ctx, ids)
	shown := map[string]*model.StateLockInfo{}
	for id, lock := range held {
		shown[id] = &model.StateLockInfo{Holder: lock.Holder, Since: lock.Since, Info: lock.Info}
	}
	return shown, err
}

func (r *Resolver) unlock(ctx context.Context, projectID string) (*ent.Project, error) {
	if err := r.State.Unlock(ctx, projectID); err != nil {
		return nil, err
	}
	return r.client(ctx).Project.Get(ctx, projectID)
}

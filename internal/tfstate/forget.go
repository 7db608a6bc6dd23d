package tfstate

import (
	"context"
	"fmt"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/stateversion"
	"github.com/arpent/arpent/internal/access"
)

// Forget removes old versions of states, at most limit of one project, and returns how many. The newest keep versions
// of each project stay, and the present one always does.
func (s *Service) Forget(ctx context.Context, keep, limit int) (int, error) {
	ctx = access.As(ctx, "retention")
	keep = max(keep, 1)
	var projects []struct {
		ProjectID string `json:"project_id"`
		Last      int64  `json:"last"`
		Count     int    `json:"count"`
	}
	client := s.DB.Client(ctx)
	err := client.StateVersion.Query().GroupBy(stateversion.FieldProjectID).
		Aggregate(ent.As(ent.Max(stateversion.FieldVersion), "last"), ent.Count()).Scan(ctx, &projects)
	if err != nil {
		return 0, fmt.Errorf("look for old states: %w", err)
	}
	for _, p := range projects {
		if p.Count <= keep {
			continue
		}
		n, err := s.forgetIn(ctx, p.ProjectID, min(limit, p.Count-keep), p.Last)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// forgetIn removes the oldest versions of a project; their bodies go with them.
func (s *Service) forgetIn(ctx context.Context, projectID string, number int, last int64) (int, error) {
	client := s.DB.Client(ctx)
	oldest, err := client.StateVersion.Query().Where(stateversion.ProjectID(projectID), stateversion.VersionLT(last)).
		Order(stateversion.ByVersion()).Limit(number).IDs(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for old states: %w", err)
	}
	n, err := client.StateVersion.Delete().Where(stateversion.IDIn(oldest...)).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("forget old states: %w", err)
	}
	return n, nil
}

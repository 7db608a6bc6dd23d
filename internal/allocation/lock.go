package allocation

import (
	"context"

	"github.com/arpent/arpent/ent/counter"
)

// lock keeps others with the same name out until the transaction ends. Its row is made by whoever comes first.
func (s *Service) lock(ctx context.Context, name string) error {
	client, system := s.db.Client(ctx), asAllocation(ctx)
	if err := client.Counter.Create().SetName(name).OnConflictColumns(counter.FieldName).Ignore().Exec(system); err != nil {
		return err
	}
	return client.Counter.Update().Where(counter.Name(name)).AddValue(0).Exec(system) // takes the row's lock on both databases
}

package graph

import (
	"context"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/graph/model"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/catalog"
)

// createLibrary adds a library and begins to read it, in one transaction.
func (r *Resolver) createLibrary(ctx context.Context, input model.CreateLibraryInput) (created *ent.Library, started *ent.Run, err error) {
	err = r.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		created, err = r.Catalog.CreateLibrary(ctx, catalog.LibraryInput{
			Name: input.Name, URL: input.URL, Ref: input.Ref, Path: input.Path, Credential: credentialOf(input.Credential),
		})
		if err != nil {
			return err
		}
		started, err = r.Engine.SyncLibrary(ctx, created.ID)
		return err
	})
	return created, started, err
}

// updateLibrary changes a library and reads it again, in one transaction.
func (r *Resolver) updateLibrary(ctx context.Context, input model.UpdateLibraryInput) (updated *ent.Library, started *ent.Run, err error) {
	err = r.DB.Tx(ctx, func(ctx context.Context, _ *ent.Client) error {
		updated, err = r.Catalog.UpdateLibrary(ctx, input.ID, catalog.LibraryChange{
			Name: input.Name, URL: input.URL, Ref: input.Ref, Path: input.Path,
			Credential: credentialOf(input.Credential), RemoveCredential: input.RemoveCredential,
		})
		if err != nil {
			return err
		}
		started, err = r.Engine.SyncLibrary(ctx, updated.ID)
		return err
	})
	return updated, started, err
}

func (r *Resolver) syncLibrary(ctx context.Context, id string) (*ent.Library, *ent.Run, error) {
	started, err := r.Engine.SyncLibrary(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	library, err := r.client(ctx).Library.Get(ctx, id)
	return library, started, err
}

// ifManager shows a part of a library to those who manage libraries: an address, and git's own words about it, may name
// hosts of an internal network.
func ifManager[T any](ctx context.Context, value T) (hidden T) {
	if access.FromContext(ctx).May(access.LibraryManage) {
		return value
	}
	return hidden
}

// problemsOf are the places of problems; null without any.
func problemsOf(problems []schema.Problem) []*schema.Problem {
	if len(problems) == 0 {
		return nil
	}
	return each(problems, func(p schema.Problem) *schema.Problem { return &p })
}

func credentialOf(input *model.GitCredentialInput) *catalog.Credential {
	if input == nil {
		return nil
	}
	return &catalog.Credential{
		Username: orZero(input.Username), Token: orZero(input.Password),
		PrivateKey: orZero(input.PrivateKey), KnownHosts: orZero(input.KnownHosts),
	}
}

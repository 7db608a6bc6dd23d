package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/arpent/arpent/internal/fault"
)

// Reach tells whether a repository can be read, and with write whether it would take a push. It transfers nothing but
// the names of its references, and changes nothing.
func Reach(ctx context.Context, source Source, write bool) error {
	at, err := locate(source.URL)
	if err != nil {
		return err
	}
	if at.path != "" {
		return reachLocal(at.path)
	}
	dir, err := os.MkdirTemp("", "arpent-reach-*") // where a host key would be pinned
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	service := uploadPack
	if write {
		service = receivePack
	}
	s := &server{endpoint: at.endpoint, credential: source.Credential, dir: dir}
	defer s.hangUp()
	talk, _, err := s.call(ctx, service, newBudget(repositoryLimits().Bytes))
	if err != nil {
		return err
	}
	talk.close()
	return nil
}

func reachLocal(path string) error {
	for _, head := range []string{filepath.Join(path, "HEAD"), filepath.Join(path, ".git")} {
		_, err := os.Stat(head)
		if err == nil {
			return nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fault.New(fault.NotFound, fault.Text{EN: "There is no git repository at %s.", FR: "Il n’y a pas de dépôt git à %s."}, path)
}

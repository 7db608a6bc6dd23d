package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/arpent/arpent/internal/fault"
)

// reserve takes the data folder for this server alone when its database is in there: the queue and the live feed of
// another one would know nothing of this one's. The system frees the folder when the process ends, however it ends.
// Other commands, such as token, work beside a server.
func (a *App) reserve(context.Context) error {
	if a.Config.DatabaseURL != "" {
		return nil
	}
	path := filepath.Join(a.Config.DataDir, "serve.lock")
	file, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(filepath.Clean(path)) // without its number the message says enough
		return errors.Join(inUse(a.Config.DataDir, strings.TrimSpace(string(holder)), err), file.Close())
	}
	a.later(func() { _ = file.Close() })
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, os.Getpid())
	return err
}

func inUse(folder, process string, cause error) error {
	return fault.New(fault.Conflict, fault.Text{
		EN: "Another server uses the data folder %s (process %s). Stop it, choose another --data-dir, or use PostgreSQL and Redis to run several.",
		FR: "Un autre serveur utilise le dossier de données %s (processus %s). Arrêtez-le, choisissez un autre --data-dir, ou utilisez PostgreSQL et Redis pour en exécuter plusieurs.",
	}, folder, process).Because(cause)
}

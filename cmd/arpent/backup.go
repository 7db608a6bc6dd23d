package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/arpent/arpent/internal/app"
	"github.com/arpent/arpent/internal/fault"
)

// place is where an installation keeps everything.
type place struct {
	store
	StorageDir    string `help:"Folder where templates of the library that ships put what they make. Without it, storage in the data folder." env:"ARPENT_STORAGE_DIR" placeholder:"DIR"`
	RepositoryURL string `help:"Private repository, when it is not in the data folder." env:"ARPENT_REPOSITORY_URL" placeholder:"URL"`
}

func (p place) config() (app.Config, error) {
	config := app.Config{
		DatabaseURL: p.DatabaseURL, SecretKey: p.SecretKey, StorageDir: p.StorageDir, RepositoryURL: p.RepositoryURL,
	}
	var err error
	config.DataDir, err = filepath.Abs(p.DataDir)
	return config, err
}

type backup struct {
	place
	File string `arg:"" help:"File to write, which must not be there yet; - for standard output."`
}

var (
	textBackup = fault.Text{
		EN: "%d rows and %d files are in the backup.",
		FR: "La sauvegarde contient %d lignes et %d fichiers.",
	}
	textKeys = fault.Text{
		EN: "The secret key is NOT in it: keep it apart. What is sealed is opened by the key %s.",
		FR: "La clé secrète n’y est PAS : conservez-la à part. Ce qui est scellé s’ouvre avec la clé %s.",
	}
	textRemote = fault.Text{
		EN: "The private repository is elsewhere and NOT in it: back it up after this.",
		FR: "Le dépôt privé est ailleurs et n’y est PAS : sauvegardez-le après ceci.",
	}
	textRestored = fault.Text{
		EN: "%d rows and %d files are restored, from the backup of %s.",
		FR: "%d lignes et %d fichiers sont restaurés, depuis la sauvegarde du %s.",
	}
	textChecked = fault.Text{
		EN: "%d rows and %d files of the backup of %s are whole, and the secret key that opens them is here. Nothing was written.",
		FR: "%d lignes et %d fichiers de la sauvegarde du %s sont intacts, et la clé secrète qui les ouvre est là. Rien n’a été écrit.",
	}
)

// Run writes a backup. A file appears under its name when it is whole.
func (b *backup) Run(ctx context.Context) error {
	config, err := b.config()
	if err != nil {
		return err
	}
	head, err := b.write(ctx, config)
	if err != nil {
		return err
	}
	say := func(text fault.Text, args ...any) { fmt.Fprintln(os.Stderr, text.In(language(), args...)) }
	say(textBackup, head.Contents.TotalRows(), head.Contents.Files)
	if len(head.Keys) > 0 {
		say(textKeys, strings.Join(head.Keys, ", "))
	}
	if head.Remote {
		say(textRemote)
	}
	return nil
}

func (b *backup) write(ctx context.Context, config app.Config) (head app.BackupHead, err error) {
	if b.File == "-" {
		return app.Backup(ctx, config, os.Stdout)
	}
	if _, err := os.Lstat(b.File); err == nil {
		return head, fmt.Errorf("%s is there already", b.File)
	}
	partial, err := os.OpenFile(b.File+".partial", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return head, err
	}
	head, err = app.Backup(ctx, config, partial)
	if err = errors.Join(err, partial.Sync(), partial.Close()); err != nil {
		return head, errors.Join(err, os.Remove(partial.Name()))
	}
	return head, os.Rename(partial.Name(), b.File)
}

type restore struct {
	place
	File   string `arg:"" help:"Backup to read; - for standard input."`
	AnyKey bool   `help:"Restore although the secret key that opens what is sealed is not here."`
	Check  bool   `help:"Read the whole backup, compare its sums and look for its key, and write nothing."`
}

// Run restores a backup, or checks it.
func (r *restore) Run(ctx context.Context) error {
	config, err := r.config()
	if err != nil {
		return err
	}
	var in io.Reader = os.Stdin
	if r.File != "-" {
		file, err := os.Open(r.File)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	head, err := app.Restore(ctx, config, in, app.RestoreOptions{AnyKey: r.AnyKey, Check: r.Check})
	if err != nil {
		return err
	}
	text := textRestored
	if r.Check {
		text = textChecked
	}
	fmt.Fprintln(os.Stderr, text.In(language(), head.Contents.TotalRows(), head.Contents.Files, head.MadeAt.Format("2006-01-02 15:04 MST")))
	return nil
}

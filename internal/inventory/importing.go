package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/counter"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// ImportInput is a hosting provider's file.
type ImportInput struct {
	ProviderID  string
	OrderID     string // that it answers; empty for none
	FileName    string
	File        io.Reader
	Mapping     *Mapping // nil: recognized, and what was mapped by hand before
	DryRun      bool     // only tell what would happen
	SkipBadRows bool     // leave bad rows out instead of refusing the file
}

// Import is what a file does, or would do.
type Import struct {
	Session *ent.ImportSession // nil when nothing was committed
	Reading Reading
	Rows    []*Row // in the order of the file
	Counts  map[Outcome]int
}

// ImportServers reads a hosting provider's CSV file. Everything is committed as one session, or nothing. The same
// file again changes nothing, and makes no session. A file that is refused because of its columns tells which it has.
func (s *Service) ImportServers(ctx context.Context, input ImportInput) (*Import, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var done *Import
	hash := sha256.New()
	provider, err := s.db.Client(ctx).HostingProvider.Get(ctx, input.ProviderID)
	if err != nil {
		return nil, at(err, "providerId")
	}
	if provider.RetiredAt != nil {
		return nil, fault.New(fault.Conflict, textRetiredProvider, provider.Name).At("providerId")
	}
	t, err := readFor(provider, io.TeeReader(input.File, hash), input.Mapping)
	if err != nil && t != nil {
		return &Import{Reading: t.reading, Counts: map[Outcome]int{}}, err
	}
	if err != nil {
		return nil, err
	}
	list := t.listAll()
	err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		if err := lockImports(ctx, client); err != nil {
			return err
		}
		if done, err = judgeAll(ctx, client, provider, t, list); err != nil || input.DryRun {
			return err
		}
		if done.Counts[Refused] > 0 && !input.SkipBadRows {
			delete(done.Counts, Added) // nothing was
			delete(done.Counts, Changed)
			return fault.New(fault.Invalid, textBadRows, done.Counts[Refused]).At("file")
		}
		return s.commit(ctx, client, provider, input, hex.EncodeToString(hash.Sum(nil)), done)
	})
	if err != nil && done == nil {
		return nil, database.Fault(err)
	}
	return done, database.Fault(err)
}

// readFor reads a file as it is asked for. What is not said of its columns is recognized; where nothing is, what somebody mapped by hand
// before is laid over that.
func readFor(provider *ent.HostingProvider, file io.Reader, mapping *Mapping) (*table, error) {
	if mapping == nil {
		mapping = &Mapping{}
	}
	if len(mapping.Columns) > 0 {
		return readTable(file, *mapping, nil)
	}
	return readTable(file, *mapping, rememberedOf(provider))
}

func rememberedOf(provider *ent.HostingProvider) map[string]string {
	var remembered Mapping
	if json.Unmarshal(provider.ImportMapping, &remembered) != nil {
		return nil // nothing was ever remembered
	}
	return remembered.Columns
}

// remember keeps what somebody mapped by hand, for the provider's next files.
func remember(ctx context.Context, client *ent.Client, provider *ent.HostingProvider, input ImportInput, reading Reading) error {
	if input.Mapping == nil || len(input.Mapping.Columns) == 0 {
		return nil
	}
	mapping, err := json.Marshal(Mapping{Columns: reading.byHand(rememberedOf(provider))})
	if err != nil {
		return err
	}
	return client.HostingProvider.UpdateOne(provider).SetImportMapping(mapping).Exec(ctx)
}

// listAll parses every row; what is wrong with the file's form stands among them as rows that are refused.
func (t *table) listAll() []*listed {
	list := make([]*listed, 0, len(t.rows)+len(t.broken))
	for _, r := range t.rows {
		list = append(list, t.parse(r))
	}
	for _, b := range t.broken {
		list = append(list, &listed{line: b.Line, cells: b.cells, problems: []Problem{b.Problem}})
	}
	slices.SortFunc(list, func(a, b *listed) int { return a.line - b.line })
	return list
}

// lockImports has one import at a time compare and commit.
func lockImports(ctx context.Context, client *ent.Client) error {
	const name = "imports"
	system := asInventory(ctx)
	if err := client.Counter.Create().SetName(name).OnConflictColumns(counter.FieldName).Ignore().Exec(system); err != nil {
		return err
	}
	return client.Counter.Update().Where(counter.Name(name)).AddValue(0).Exec(system)
}

func judgeAll(ctx context.Context, client *ent.Client, provider *ent.HostingProvider, t *table, list []*listed) (*Import, error) {
	k, err := learn(asInventory(ctx), client, provider, list)
	if err != nil {
		return nil, err
	}
	done := &Import{Reading: t.reading, Rows: compare(t, k, list), Counts: map[Outcome]int{}}
	for _, r := range done.Rows {
		done.Counts[r.Outcome]++
	}
	return done, nil
}

// commit writes the session and everything that it adds and changes.
func (s *Service) commit(ctx context.Context, client *ent.Client, provider *ent.HostingProvider, input ImportInput, sum string, done *Import) error {
	mapping, err := json.Marshal(done.Reading.Mapping)
	if err != nil {
		return err
	}
	if err := remember(ctx, client, provider, input, done.Reading); err != nil {
		return err
	}
	if done.Counts[Added]+done.Counts[Changed] == 0 {
		return nil
	}
	create := client.ImportSession.Create().SetProviderID(provider.ID).SetFileName(fileName(input.FileName)).SetSha256(sum).
		SetMapping(mapping).SetAdded(done.Counts[Added]).SetChanged(done.Counts[Changed]).SetUnchanged(done.Counts[Unchanged]).
		SetCreatedBy(access.FromContext(ctx).Name)
	if input.OrderID != "" {
		order, err := client.PurchaseOrder.Get(ctx, input.OrderID)
		if err != nil {
			return at(err, "orderId")
		}
		if err := s.arrive(ctx, client, order); err != nil {
			return err
		}
		create.SetOrderID(input.OrderID)
		if err := s.answer(ctx, input.OrderID, done.Rows); err != nil {
			return err
		}
	}
	if done.Session, err = create.Save(ctx); err != nil {
		return err
	}
	w := &writer{client: client, postgres: s.db.Postgres(), session: done.Session, at: now()}
	if err := w.writeAll(ctx, done.Rows); err != nil {
		return err
	}
	return s.journal.Write(ctx, journal.Entry{
		Type: "import.committed", Audience: journal.Platform, SubjectID: done.Session.ID, Subject: provider.Name + " " + done.Session.FileName,
		After: map[string]any{"added": done.Counts[Added], "changed": done.Counts[Changed], "unchanged": done.Counts[Unchanged]},
	})
}

func fileName(name string) string {
	name = filepath.Base(filepath.ToSlash(name))
	if !fits(name, 255) || name == "." {
		return "import.csv"
	}
	return name
}

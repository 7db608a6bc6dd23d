package catalog

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/library"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// storing brings the stored templates of one library in line with what was read, within one transaction.
type storing struct {
	service  *Service
	client   *ent.Client
	row      *ent.Library
	read     Library
	problems []Problem
	at       version
	log      io.Writer
	present  map[string]*ent.Template // the latest of each name
	changed  int
}

func (s *storing) store(ctx context.Context) error {
	latest, err := s.client.Template.Query().Where(template.LibraryID(s.row.ID), template.Latest(true)).All(ctx)
	if err != nil {
		return err
	}
	s.present = map[string]*ent.Template{}
	for _, t := range latest {
		s.present[t.Name] = t
	}
	for _, t := range s.read.Templates {
		if t.Hidden {
			continue
		}
		if err := s.template(ctx, t); err != nil {
			return fmt.Errorf("store template %s: %w", t.Name, err)
		}
	}
	if err := s.others(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

// template stores one template unless it is there already.
func (s *storing) template(ctx context.Context, t Template) error {
	present := s.present[t.Name]
	if present != nil && present.Digest == t.Digest {
		return s.revive(ctx, present)
	}
	if present != nil {
		if err := s.client.Template.UpdateOne(present).SetLatest(false).Exec(ctx); err != nil {
			return err
		}
	}
	known, err := s.client.Template.Query().
		Where(template.LibraryID(s.row.ID), template.Name(t.Name), template.Digest(t.Digest), template.StatusNEQ(template.StatusBROKEN)).First(ctx)
	if err == nil { // the library went back to an older content
		s.changed++
		fmt.Fprintf(s.log, "  %s is back at %s\n", t.Name, known.Version)
		return s.publish(ctx, known.Update().SetLatest(true).SetStatus(template.StatusREADY).ClearProblems(), known)
	}
	if !ent.IsNotFound(err) {
		return err
	}
	return s.create(ctx, t)
}

// revive makes a template that is there usable again, if it was not.
func (s *storing) revive(ctx context.Context, present *ent.Template) error {
	if present.Status == template.StatusREADY && len(present.Problems) == 0 {
		return nil
	}
	return s.publish(ctx, present.Update().SetStatus(template.StatusREADY).ClearProblems(), present)
}

func (s *storing) publish(ctx context.Context, update *ent.TemplateUpdateOne, row *ent.Template) error {
	if err := update.Exec(ctx); err != nil {
		return err
	}
	return s.record(ctx, "template.published", row.ID, row.Title.EN, map[string]any{"name": row.Name, "version": row.Version})
}

func (s *storing) record(ctx context.Context, kind, id, subject string, after map[string]any) error {
	return s.service.Journal.Write(ctx, journal.Entry{
		Type: kind, Audience: journal.Everybody, SubjectID: id, Subject: subject, After: after,
	})
}

func (s *storing) create(ctx context.Context, t Template) error {
	name, err := s.freeVersion(ctx, t)
	if err != nil {
		return err
	}
	files, err := pack(t.source)
	if err != nil {
		return err
	}
	outputs := t.Outputs
	if outputs == nil {
		outputs = []Output{}
	}
	row, err := s.client.Template.Create().
		SetLibraryID(s.row.ID).SetName(t.Name).SetVersion(name).SetDigest(t.Digest).SetLatest(true).
		SetKind(template.Kind(t.Style)).SetIsBase(t.Base).SetTitle(t.Texts.Title).SetDescription(t.Texts.Summary).
		SetReadme(t.Texts.long()).SetIcon(t.Icon).SetCategory(t.Category.EN).
		SetSchema(t.Schema()).SetOutputs(encode(outputs)).SetSpec(encode(s.spec(t))).Save(ctx)
	if err != nil {
		return err
	}
	if err := s.client.TemplateContent.Create().SetTemplateID(row.ID).SetFiles(files).Exec(ctx); err != nil {
		return err
	}
	s.changed++
	fmt.Fprintf(s.log, "  %s %s\n", t.Name, name)
	return s.record(ctx, "template.published", row.ID, t.Texts.Title.EN, map[string]any{"name": t.Name, "version": name})
}

func (s *storing) spec(t Template) Spec {
	return Spec{
		Approval: t.Approval, Roles: t.Roles, Cost: t.Cost, Tags: t.Tags, Order: t.Order, Backend: t.Backend,
		Branch: s.at.branch, Tag: s.at.tag, Commit: s.at.commit,
	}
}

// freeVersion is the version's name, with a piece of the digest when another content has that name already, as
// after a tag was moved.
func (s *storing) freeVersion(ctx context.Context, t Template) (string, error) {
	taken, err := s.client.Template.Query().
		Where(template.LibraryID(s.row.ID), template.Name(t.Name), template.Version(s.at.name)).Exist(ctx)
	if !taken {
		return s.at.name, err
	}
	return s.at.name + "-" + t.Digest[:8], err
}

// others looks after the templates that could not be read, and those that are gone.
func (s *storing) others(ctx context.Context) error {
	broken := map[string][]Problem{}
	for _, p := range s.problems {
		if p.Template != "" && templateName.MatchString(p.Template) {
			broken[p.Template] = append(broken[p.Template], p)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(broken)) {
		if err := s.broken(ctx, name, broken[name]); err != nil {
			return fmt.Errorf("store template %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.present)) {
		offered := slices.ContainsFunc(s.read.Templates, func(t Template) bool { return t.Name == name && !t.Hidden })
		if _, bad := broken[name]; offered || bad || s.present[name].Status == template.StatusGONE {
			continue
		}
		if err := s.gone(ctx, s.present[name]); err != nil {
			return fmt.Errorf("store template %s: %w", name, err)
		}
	}
	return nil
}

// broken lists a template with its problems. The last version that could be read stays in use.
func (s *storing) broken(ctx context.Context, name string, problems []Problem) error {
	stored := storedProblems(problems)
	if present := s.present[name]; present != nil {
		return s.client.Template.UpdateOne(present).SetProblems(stored).Exec(ctx)
	}
	return s.client.Template.Create().SetLibraryID(s.row.ID).SetName(name).SetVersion(s.at.name).SetDigest("broken").
		SetKind(template.KindFLAT).SetStatus(template.StatusBROKEN).SetTitle(plainText(humanize(name))).
		SetProblems(stored).Exec(ctx)
}

func (s *storing) gone(ctx context.Context, present *ent.Template) error {
	s.changed++
	fmt.Fprintf(s.log, "  %s is gone\n", present.Name)
	if err := s.client.Template.UpdateOne(present).SetStatus(template.StatusGONE).Exec(ctx); err != nil {
		return err
	}
	return s.record(ctx, "template.gone", present.ID, present.Title.EN, map[string]any{"name": present.Name})
}

func (s *storing) finish(ctx context.Context) error {
	title := s.read.Title
	if title == (fault.Text{}) {
		title = plainText(s.row.Name)
	}
	err := s.client.Library.UpdateOneID(s.row.ID).SetStatus(library.StatusREADY).SetTitle(title).SetDescription(s.read.Description).
		SetCommit(s.at.commit).SetSyncedAt(time.Now().UTC().Truncate(time.Microsecond)).
		SetProblems(storedProblems(s.problems)).ClearError().Exec(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.log, "Stored: %d templates changed\n", s.changed)
	return s.record(ctx, "library.synced", s.row.ID, s.row.Name, map[string]any{
		"version": s.at.name, "templates": len(s.read.Templates), "changed": s.changed, "problems": len(s.problems),
	})
}

// long is the page about a template: its description and its help.
func (t Texts) long() fault.Text {
	join := func(a, b string) string {
		return strings.TrimSpace(strings.TrimSpace(a) + "\n\n" + strings.TrimSpace(b))
	}
	return fault.Text{EN: join(t.Description.EN, t.Help.EN), FR: join(t.Description.FR, t.Help.FR)}
}

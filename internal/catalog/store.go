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
	"github.com/arpent/arpent/ent/schema/typeid"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// storing brings the stored templates of one library in line with what was read, within one transaction. A library
// may have ten thousand: what is known of them is read at once, and new ones are written many at a time.
type storing struct {
	service  *Service
	client   *ent.Client
	row      *ent.Library
	read     Library
	problems []Problem
	at       version
	log      io.Writer
	present  map[string]*ent.Template   // the latest of each name
	versions map[string][]*ent.Template // all of each name: id, version, digest and status
	fresh    []fresh                    // to be written
	changed  int
}

// fresh is a template that is not stored yet, with its packed files.
type fresh struct {
	row      *ent.TemplateCreate
	id       string
	files    []byte
	title    string
	name, as string
}

// manyFresh is how many templates are written by one statement.
const manyFresh = 100

func (s *storing) store(ctx context.Context) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	for _, t := range s.read.Templates {
		if t.Hidden {
			continue
		}
		if err := s.template(ctx, t); err != nil {
			return fmt.Errorf("store template %s: %w", t.Name, err)
		}
	}
	if err := s.write(ctx); err != nil {
		return fmt.Errorf("store templates: %w", err)
	}
	if err := s.others(ctx); err != nil {
		return err
	}
	return s.finish(ctx)
}

// load reads what is known of the library's templates, without what is large.
func (s *storing) load(ctx context.Context) error {
	all, err := s.client.Template.Query().Where(template.LibraryID(s.row.ID)).
		Select(template.FieldID, template.FieldName, template.FieldVersion, template.FieldDigest, template.FieldStatus, template.FieldLatest,
			template.FieldTitle, template.FieldProblems).All(ctx)
	if err != nil {
		return err
	}
	s.present, s.versions = map[string]*ent.Template{}, map[string][]*ent.Template{}
	for _, t := range all {
		s.versions[t.Name] = append(s.versions[t.Name], t)
		if t.Latest {
			s.present[t.Name] = t
		}
	}
	return nil
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
	known := slices.IndexFunc(s.versions[t.Name], func(v *ent.Template) bool { return v.Digest == t.Digest && v.Status != template.StatusBROKEN })
	if known < 0 {
		return s.create(ctx, t)
	}
	old := s.versions[t.Name][known] // the library went back to an older content
	s.changed++
	fmt.Fprintf(s.log, "  %s is back at %s\n", t.Name, old.Version)
	return s.publish(ctx, s.client.Template.UpdateOne(old).SetLatest(true).SetStatus(template.StatusREADY).ClearProblems(), old)
}

// revive makes a template that is there usable again, if it was not.
func (s *storing) revive(ctx context.Context, present *ent.Template) error {
	if present.Status == template.StatusREADY && len(present.Problems) == 0 {
		return nil
	}
	return s.publish(ctx, s.client.Template.UpdateOne(present).SetStatus(template.StatusREADY).ClearProblems(), present)
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

// create notes a template to be written, and writes when there are many.
func (s *storing) create(ctx context.Context, t Template) error {
	files, err := pack(t.source)
	if err != nil {
		return err
	}
	outputs := t.Outputs
	if outputs == nil {
		outputs = []Output{}
	}
	id, as := typeid.New("tpl"), s.freeVersion(t)
	row := s.client.Template.Create().SetID(id).
		SetLibraryID(s.row.ID).SetName(t.Name).SetVersion(as).SetDigest(t.Digest).SetLatest(true).
		SetKind(template.Kind(t.Style)).SetIsBase(t.Base).SetTitle(t.Texts.Title).SetDescription(t.Texts.Summary).
		SetAbout(t.Texts.about()).SetReadme(t.Texts.Readme).SetIcon(t.Icon).SetCategory(t.Category.EN).
		SetSchema(t.Schema()).SetOutputs(encode(outputs)).SetSpec(encode(s.spec(t)))
	s.fresh = append(s.fresh, fresh{row: row, id: id, files: files, title: t.Texts.Title.EN, name: t.Name, as: as})
	if len(s.fresh) < manyFresh {
		return nil
	}
	return s.write(ctx)
}

// write writes what is fresh.
func (s *storing) write(ctx context.Context) error {
	var rows []*ent.TemplateCreate
	var contents []*ent.TemplateContentCreate
	for _, f := range s.fresh {
		rows = append(rows, f.row)
		contents = append(contents, s.client.TemplateContent.Create().SetTemplateID(f.id).SetFiles(f.files))
	}
	if err := s.client.Template.CreateBulk(rows...).Exec(ctx); err != nil {
		return err
	}
	if err := s.client.TemplateContent.CreateBulk(contents...).Exec(ctx); err != nil {
		return err
	}
	for _, f := range s.fresh {
		s.changed++
		fmt.Fprintf(s.log, "  %s %s\n", f.name, f.as)
		if err := s.record(ctx, "template.published", f.id, f.title, map[string]any{"name": f.name, "version": f.as}); err != nil {
			return err
		}
	}
	s.fresh = nil
	return nil
}

func (s *storing) spec(t Template) Spec {
	return Spec{
		Approval: t.Approval, Roles: t.Roles, Cost: t.Cost, Tags: t.Tags, Order: t.Order, Backend: t.Backend,
		Branch: s.at.branch, Tag: s.at.tag, Commit: s.at.commit,
	}
}

// freeVersion is the version's name, with a piece of the digest when another content has that name already, as
// after a tag was moved.
func (s *storing) freeVersion(t Template) string {
	if slices.ContainsFunc(s.versions[t.Name], func(v *ent.Template) bool { return v.Version == s.at.name }) {
		return s.at.name + "-" + t.Digest[:8]
	}
	return s.at.name
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
	offered := map[string]bool{}
	for _, t := range s.read.Templates {
		offered[t.Name] = !t.Hidden
	}
	for _, name := range slices.Sorted(maps.Keys(s.present)) {
		if _, bad := broken[name]; offered[name] || bad || s.present[name].Status == template.StatusGONE {
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

// about is what a template is for: its description and its help. The readme stands apart.
func (t Texts) about() fault.Text {
	join := func(a, b string) string {
		return strings.TrimSpace(strings.TrimSpace(a) + "\n\n" + strings.TrimSpace(b))
	}
	return fault.Text{EN: join(t.Description.EN, t.Help.EN), FR: join(t.Description.FR, t.Help.FR)}
}

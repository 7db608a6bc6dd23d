package inventory

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/network"
	"github.com/arpent/arpent/ent/server"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// ProviderInput describes a hosting provider.
type ProviderInput struct {
	Code, Name, URL, Contact, Notes string
}

const (
	maxName    = 100
	maxContact = 300
	maxNotes   = 4000
)

var codePattern = regexp.MustCompile(`^[A-Z][A-Z0-9-]{1,19}$`)

func (i ProviderInput) check() error {
	var list fault.List
	refuse := func(field string, text fault.Text, args ...any) {
		list = append(list, fault.New(fault.Invalid, text, args...).At(field))
	}
	if !codePattern.MatchString(i.Code) {
		refuse("code", textCode)
	}
	if !fits(i.Name, maxName) {
		refuse("name", textName, maxName)
	}
	if address, err := url.Parse(i.URL); i.URL != "" && (err != nil || address.Host == "" || !strings.HasPrefix(address.Scheme, "http")) {
		refuse("url", textURL)
	}
	for field, text := range map[string]string{"contact": i.Contact, "url": i.URL} {
		if utf8.RuneCountInString(text) > maxContact {
			refuse(field, textTooLong, maxContact)
		}
	}
	if utf8.RuneCountInString(i.Notes) > maxNotes {
		refuse("notes", textTooLong, maxNotes)
	}
	return list.OrNil()
}

// CreateProvider adds a hosting provider.
func (s *Service) CreateProvider(ctx context.Context, input ProviderInput) (*ent.HostingProvider, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	input.Name = strings.TrimSpace(input.Name)
	if err := input.check(); err != nil {
		return nil, err
	}
	var made *ent.HostingProvider
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		made, err = client.HostingProvider.Create().SetCode(input.Code).SetName(input.Name).SetURL(input.URL).
			SetContact(input.Contact).SetNotes(input.Notes).Save(ctx)
		if database.IsTaken(err) {
			return fault.New(fault.Conflict, textCodeTaken, input.Code).At("code")
		}
		if err != nil {
			return err
		}
		return s.journal.Write(ctx, providerEntry("provider.created", made, nil, shownProvider(made)))
	})
	return made, database.Fault(err)
}

// ProviderUpdate changes what is not nil.
type ProviderUpdate struct {
	Name, URL, Contact, Notes *string
	Retired                   *bool
}

// UpdateProvider changes a hosting provider.
func (s *Service) UpdateProvider(ctx context.Context, id string, update ProviderUpdate) (*ent.HostingProvider, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var changed *ent.HostingProvider
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.HostingProvider.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		input := ProviderInput{
			Code: present.Code, Name: strings.TrimSpace(or(update.Name, present.Name)), URL: or(update.URL, present.URL),
			Contact: or(update.Contact, present.Contact), Notes: or(update.Notes, present.Notes),
		}
		if err := input.check(); err != nil {
			return err
		}
		save := client.HostingProvider.UpdateOne(present).SetName(input.Name).SetURL(input.URL).SetContact(input.Contact).SetNotes(input.Notes)
		switch {
		case or(update.Retired, present.RetiredAt != nil) && present.RetiredAt == nil:
			save.SetRetiredAt(now())
		case update.Retired != nil && !*update.Retired:
			save.ClearRetiredAt()
		}
		if changed, err = save.Save(ctx); err != nil {
			return err
		}
		return s.journal.Write(ctx, providerEntry("provider.updated", changed, shownProvider(present), shownProvider(changed)))
	})
	return changed, database.Fault(err)
}

// DeleteProvider removes a hosting provider that nothing was ever had from.
func (s *Service) DeleteProvider(ctx context.Context, id string) error {
	if err := mayManage(ctx); err != nil {
		return err
	}
	return database.Fault(s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		present, err := client.HostingProvider.Get(ctx, id)
		if err != nil {
			return at(err, "id")
		}
		servers, err := client.Server.Query().Where(server.ProviderID(id)).Exist(ctx)
		if err != nil {
			return err
		}
		networks, err := client.Network.Query().Where(network.ProviderID(id)).Exist(ctx)
		if err != nil {
			return err
		}
		if servers || networks {
			return fault.New(fault.Conflict, textHasHistory, present.Name).At("id")
		}
		if err := client.HostingProvider.DeleteOne(present).Exec(ctx); err != nil {
			return err
		}
		return s.journal.Write(ctx, providerEntry("provider.deleted", present, shownProvider(present), nil))
	}))
}

func providerEntry(event string, p *ent.HostingProvider, before, after any) journal.Entry {
	return journal.Entry{Type: event, Audience: journal.Everybody, SubjectID: p.ID, Subject: p.Name, Before: before, After: after}
}

func shownProvider(p *ent.HostingProvider) map[string]any {
	return map[string]any{"code": p.Code, "name": p.Name, "url": p.URL, "contact": p.Contact, "retired": p.RetiredAt != nil}
}

package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// CheckRequest tells whether a request for a stored template can be carried out: every variable has a value that
// fits, choices are there for who asks, and the providers that the template needs are configured. It returns a
// fault.List of everything that is wrong.
func (s *Service) CheckRequest(ctx context.Context, projectID, templateID string, request Request) error {
	_, err := Resolve(request)
	faults, err := collect(nil, err)
	if err != nil {
		return err
	}
	said, err := unset(request.Schema, faults)
	if err != nil {
		return err
	}
	if faults, err = collect(faults, s.CheckChoices(ctx, projectID, request.Schema, request.Inputs)); err != nil {
		return err
	}
	content, err := s.Content(ctx, templateID)
	if err != nil {
		return err
	}
	for _, provider := range content.Providers {
		missing, err := provider.missing(request.Facts, said)
		if err != nil {
			return err
		}
		faults = append(faults, missing...)
	}
	return faults.OrNil()
}

// collect adds the refusals of an error to others; an error that is none stays one.
func collect(faults fault.List, err error) (fault.List, error) {
	more, ok := fault.AsList(err)
	if !ok {
		return faults, err
	}
	return append(faults, more...), nil
}

// unset lists the variables of the project that refusals are about already.
func unset(schema json.RawMessage, faults fault.List) (names []string, err error) {
	form, err := knownForm(schema)
	if err != nil {
		return nil, err
	}
	for _, e := range faults {
		if field := e.Field(); len(field) == 2 {
			if name, ok := strings.CutPrefix(form.variables[field[1]].note.Binding, ofProject); ok {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// missing says which variables of a provider's configuration have no value, or a wrong one, but for those that
// were said to.
func (p Provider) missing(facts Facts, said []string) (fault.List, error) {
	_, err := Resolve(Request{Schema: p.Template.Schema(), Facts: facts})
	list, err := collect(nil, err)
	var faults fault.List
	for _, e := range list {
		field := e.Field()
		if slices.Contains(said, field[len(field)-1]) {
			continue
		}
		faults = append(faults, fault.New(fault.Invalid, fault.Text{
			EN: "The provider %s is not ready: its variable %s is set once, in the project’s settings or by who runs the installation. %s",
			FR: "Le fournisseur %s n’est pas prêt : sa variable %s se définit une fois, dans les réglages du projet ou par qui exploite l’installation. %s",
		}, p.Name, field[len(field)-1], e.Text()))
	}
	return faults, err
}

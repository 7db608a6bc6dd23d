package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/predicate"
	"github.com/arpent/arpent/ent/schema"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// mostWhere bounds a filter, in bytes and in levels.
const (
	mostWhere  = 16 << 10
	mostLevels = 8
)

// whereOf reads a filter as GraphQL's lists take it. None filters nothing.
func whereOf[W any](text string) (*W, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > mostWhere {
		return nil, fault.New(fault.Limited, textWhereLong, mostWhere).At("where")
	}
	where := new(W)
	reader := json.NewDecoder(bytes.NewReader([]byte(text)))
	reader.DisallowUnknownFields()
	if err := reader.Decode(where); err != nil {
		return nil, fault.New(fault.Invalid, textWhere, err.Error()).At("where").Because(err)
	}
	if err := checkWords(reflect.ValueOf(where), 0); err != nil {
		return nil, err
	}
	return where, nil
}

// checkWords refuses values that an enumeration does not have: JSON takes any text for them.
func checkWords(value reflect.Value, level int) error {
	if level > 4*mostLevels {
		return fault.New(fault.Limited, textWhereDeep, mostLevels).At("where")
	}
	switch value.Kind() { //nolint:exhaustive // the others hold no other values
	case reflect.Pointer:
		if !value.IsNil() {
			return checkWords(value.Elem(), level+1)
		}
	case reflect.Slice:
		for i := range value.Len() {
			if err := checkWords(value.Index(i), level+1); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if field := value.Type().Field(i); field.IsExported() && field.Name != "Predicates" {
				if err := checkWords(value.Field(i), level+1); err != nil {
					return err
				}
			}
		}
	case reflect.String:
		return checkWord(value)
	}
	return nil
}

func checkWord(value reflect.Value) error {
	word, ok := reflect.New(value.Type()).Interface().(interface{ UnmarshalGQL(any) error })
	if !ok {
		return nil
	}
	if err := word.UnmarshalGQL(value.String()); err != nil {
		return fault.New(fault.Invalid, textWhere, err.Error()).At("where").Because(err)
	}
	return nil
}

var emptyObject = regexp.MustCompile(`^\s*\{\s*\}\s*$`)

// serverExtras are what the filter of servers has beyond its columns.
type serverExtras struct {
	Search        *string               `json:"search"`
	Labels        []string              `json:"labels"`
	Specification *schema.Specification `json:"specification"`
	NetworkID     *string               `json:"networkId"`
	OrderID       *string               `json:"orderId"`
}

// serverWhere reads the filter of servers.
func (s *Service) serverWhere(text string) ([]predicate.Server, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > mostWhere {
		return nil, fault.New(fault.Limited, textWhereLong, mostWhere).At("where")
	}
	where, err := s.serverFilter(json.RawMessage(text), 0)
	if err != nil {
		return nil, err
	}
	p, err := where.P()
	switch {
	case errors.Is(err, ent.ErrEmptyServerWhereInput) && emptyObject.MatchString(text): // it filters nothing
		return nil, nil
	case err != nil:
		return nil, fault.New(fault.Invalid, textWhere, err.Error()).At("where").Because(err)
	}
	return []predicate.Server{p}, nil
}

// serverFilter reads one level of it: what it has beyond its columns becomes predicates, the levels below are read alike.
func (s *Service) serverFilter(text json.RawMessage, depth int) (*ent.ServerWhereInput, error) {
	if depth > mostLevels {
		return nil, fault.New(fault.Limited, textWhereDeep, mostLevels).At("where")
	}
	level, parts, err := splitWhere(text)
	if err != nil {
		return nil, err
	}
	columns, err := json.Marshal(parts)
	if err != nil {
		return nil, err
	}
	where, err := whereOf[ent.ServerWhereInput](string(columns))
	if err != nil {
		return nil, err
	}
	s.addExtras(where, level.serverExtras)
	return where, s.addBelow(where, level.below, depth)
}

// below are the levels below one.
type below struct {
	Not json.RawMessage   `json:"not"`
	And []json.RawMessage `json:"and"`
	Or  []json.RawMessage `json:"or"`
}

// serverLevel is a level of the filter without its columns. What it has is named by its tags and nowhere else.
type serverLevel struct {
	serverExtras
	below
}

// splitWhere takes out of a level what is no column; columns are the rest.
func splitWhere(text json.RawMessage) (level serverLevel, columns map[string]json.RawMessage, err error) {
	err = json.Unmarshal(text, &columns)
	if err == nil {
		err = json.Unmarshal(text, &level)
	}
	if err != nil {
		return level, nil, fault.New(fault.Invalid, textWhere, err.Error()).At(place(err)...).Because(err)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[serverLevel]()) {
		if name, named := field.Tag.Lookup("json"); named {
			delete(columns, name)
		}
	}
	return level, columns, nil
}

// place is where in a filter a value is of the wrong type.
func place(err error) []string {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) || mismatch.Field == "" {
		return []string{"where"}
	}
	return []string{"where", mismatch.Field}
}

func (s *Service) addExtras(where *ent.ServerWhereInput, extras serverExtras) {
	if extras.Search != nil && *extras.Search != "" {
		where.AddPredicates(inventory.Search(*extras.Search))
	}
	for _, label := range extras.Labels {
		where.AddPredicates(inventory.Labeled(label))
	}
	if extras.NetworkID != nil {
		where.AddPredicates(inventory.InNetwork(*extras.NetworkID))
	}
	if extras.OrderID != nil {
		where.AddPredicates(inventory.Answering(*extras.OrderID))
	}
	if extras.Specification != nil {
		where.AddPredicates(s.AtLeast(*extras.Specification)...)
	}
}

func (s *Service) addBelow(where *ent.ServerWhereInput, levels below, level int) (err error) {
	if len(levels.Not) > 0 && string(levels.Not) != "null" {
		if where.Not, err = s.serverFilter(levels.Not, level+1); err != nil {
			return err
		}
	}
	for _, one := range levels.And {
		read, err := s.serverFilter(one, level+1)
		if err != nil {
			return err
		}
		where.And = append(where.And, read)
	}
	for _, one := range levels.Or {
		read, err := s.serverFilter(one, level+1)
		if err != nil {
			return err
		}
		where.Or = append(where.Or, read)
	}
	return nil
}

package catalog

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/arpent/arpent/internal/fault"
)

var (
	textNoJSON    = fault.Text{EN: "The inputs cannot be read.", FR: "Les valeurs ne peuvent pas être lues."}
	textTooLarge  = fault.Text{EN: "The inputs are larger than %d KiB.", FR: "Les valeurs dépassent %d Kio."}
	textRequired  = fault.Text{EN: "A value is required.", FR: "Une valeur est obligatoire."}
	textUnknown   = fault.Text{EN: "The template has no such variable.", FR: "Le modèle n’a pas cette variable."}
	textNoField   = fault.Text{EN: "There is no such field.", FR: "Ce champ n’existe pas."}
	textBound     = fault.Text{EN: "This is filled from the project and cannot be given.", FR: "Cette valeur vient du projet et ne peut pas être donnée."}
	textWrongType = fault.Text{EN: "The value does not fit the type %s: %s.", FR: "La valeur ne correspond pas au type %s : %s."}
	textInvalid   = fault.Text{EN: "The value is not valid.", FR: "La valeur n’est pas valable."}
	textEnum      = fault.Text{EN: "Choose one of: %s.", FR: "Choisissez parmi : %s."}
	textPattern   = fault.Text{EN: "The value does not have the form that is asked for: %s.", FR: "La valeur n’a pas la forme demandée : %s."}
	textMinLength = fault.Text{EN: "Write at least %d characters.", FR: "Écrivez au moins %d caractères."}
	textMaxLength = fault.Text{EN: "Write at most %d characters.", FR: "Écrivez au plus %d caractères."}
	textMinItems  = fault.Text{EN: "Give at least %d elements.", FR: "Donnez au moins %d éléments."}
	textMaxItems  = fault.Text{EN: "Give at most %d elements.", FR: "Donnez au plus %d éléments."}
	textUnique    = fault.Text{EN: "Elements %d and %d are the same.", FR: "Les éléments %d et %d sont identiques."}
	textMinimum   = fault.Text{EN: "The number must be %s or more.", FR: "Le nombre doit être supérieur ou égal à %s."}
	textMaximum   = fault.Text{EN: "The number must be %s or less.", FR: "Le nombre doit être inférieur ou égal à %s."}
	textAbove     = fault.Text{EN: "The number must be more than %s.", FR: "Le nombre doit être supérieur à %s."}
	textBelow     = fault.Text{EN: "The number must be less than %s.", FR: "Le nombre doit être inférieur à %s."}
	textMultiple  = fault.Text{EN: "The number must be a multiple of %s.", FR: "Le nombre doit être un multiple de %s."}
	textWhole     = fault.Text{EN: "The number must be whole.", FR: "Le nombre doit être entier."}
	textType      = fault.Text{EN: "%s is expected here.", FR: "Il faut ici %s."}
)

var typeNames = map[string]fault.Text{
	"string":  {EN: "A text", FR: "un texte"},
	"number":  {EN: "A number", FR: "un nombre"},
	"boolean": {EN: "True or false", FR: "vrai ou faux"},
	"array":   {EN: "A list", FR: "une liste"},
	"object":  {EN: "An object", FR: "un objet"},
}

// collect turns the findings of the JSON Schema validator into faults.
func (c *checker) collect(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.Not: // what is below is about each alternative
		c.add(e.InstanceLocation, true, textInvalid)
		return
	}
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			c.collect(cause)
		}
		return
	}
	c.leaf(e)
}

func (c *checker) leaf(e *jsonschema.ValidationError) {
	at := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			c.add(append(slices.Clone(at), name), false, textRequired)
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			c.superfluous(append(slices.Clone(at), name))
		}
	case *kind.Type:
		c.add(at, false, textType, wanted(k.Want))
	case *kind.MinItems:
		c.add(at, true, textMinItems, k.Want)
	case *kind.MaxItems:
		c.add(at, true, textMaxItems, k.Want)
	case *kind.UniqueItems:
		c.add(at, true, textUnique, k.Duplicates[0]+1, k.Duplicates[1]+1)
	case *kind.FalseSchema:
		c.add(at, false, textNoField)
	default:
		text, args := constraintText(e.ErrorKind)
		c.add(at, true, text, args...)
	}
}

// superfluous is a fault about an input that nothing asked for.
func (c *checker) superfluous(path []string) {
	text := textNoField
	if len(path) == 1 {
		text = textUnknown
		if v, ok := c.form.variables[path[0]]; ok && v.note.Binding != "" {
			text = textBound
		}
	}
	c.add(path, false, text)
}

// constraintText says what a value that has the right type lacks.
func constraintText(k jsonschema.ErrorKind) (fault.Text, []any) {
	switch k := k.(type) {
	case *kind.Enum:
		return textEnum, []any{listed(k.Want)}
	case *kind.Pattern:
		return textPattern, []any{k.Want}
	case *kind.MinLength:
		return textMinLength, []any{k.Want}
	case *kind.MaxLength:
		return textMaxLength, []any{k.Want}
	case *kind.MinProperties:
		return textMinItems, []any{k.Want}
	case *kind.MaxProperties:
		return textMaxItems, []any{k.Want}
	case *kind.Minimum:
		return textMinimum, []any{decimal(k.Want)}
	case *kind.Maximum:
		return textMaximum, []any{decimal(k.Want)}
	case *kind.ExclusiveMinimum:
		return textAbove, []any{decimal(k.Want)}
	case *kind.ExclusiveMaximum:
		return textBelow, []any{decimal(k.Want)}
	case *kind.MultipleOf:
		if k.Want.Cmp(big.NewRat(1, 1)) == 0 {
			return textWhole, nil
		}
		return textMultiple, []any{decimal(k.Want)}
	}
	return textInvalid, nil
}

func wanted(types []string) fault.Text {
	for _, name := range types {
		if text, ok := typeNames[name]; ok {
			return text
		}
	}
	return fault.Text{EN: strings.Join(types, ", "), FR: strings.Join(types, ", ")}
}

// listed writes the allowed values, not too many of them.
func listed(values []any) string {
	const most = 20
	var parts []string
	for i, value := range values {
		if i == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, plain(value))
	}
	return strings.Join(parts, ", ")
}

func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(value)
}

// decimal writes a number as people write it.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(10), "0")
}

package catalog

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

// schemaOf makes the schema of some variables.
func schemaOf(t *testing.T, code string) json.RawMessage {
	t.Helper()
	declared, problems := readCode(".", map[string][]byte{"main.tf": []byte(code)})
	require.Empty(t, problems)
	return Template{Variables: declared.variables}.Schema()
}

const checkedVariables = `
variable "name" {
  type = string
  validation {
    condition     = can(regex("^[a-z]+$", var.name))
    error_message = "Small letters only, not \"${var.name}\"."
  }
}
variable "size" {
  type    = number
  default = 1
  validation {
    condition     = var.size >= 1 && var.size <= 10
    error_message = "Between 1 and 10."
  }
}
variable "public" {
  type    = bool
  default = false
}
variable "zones" {
  type    = set(string)
  default = []
}
variable "pair" {
  type    = tuple([string, number])
  default = ["a", 1]
}
variable "disk" {
  type = object({ size = number, kind = optional(string, "ssd"), label = optional(string) })
  default = { size = 1 }
}
variable "password" {
  type      = string
  sensitive = true
  default   = "long enough"
  validation {
    condition     = length(var.password) >= 8
    error_message = "Too short: ${var.password}."
  }
}
variable "cidr" {
  type    = string
  default = "10.0.0.0/8"
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && var.cidr != "0.0.0.0/0"
    error_message = "Write a network, as 10.0.0.0/8."
  }
}
variable "left_to_the_engine" {
  type    = string
  default = "x"
  validation {
    condition     = can(fileexists(var.left_to_the_engine))
    error_message = "Never said here."
  }
}
`

func TestCheck(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t, checkedVariables)
	cases := map[string]struct {
		inputs string
		field  string // of the only fault, empty for none
		en, fr string
	}{
		"least":                    {`{"name":"a"}`, "", "", ""},
		"everything":               {`{"name":"a","size":3,"public":true,"zones":["x"],"pair":["b",2],"disk":{"size":2},"password":"longenough","cidr":"10.1.0.0/16"}`, "", "", ""},
		"number as text":           {`{"name":"a","size":"3"}`, "inputs.size", "A number is expected here.", "Il faut ici un nombre."},
		"boolean as text":          {`{"name":"a","public":"true"}`, "inputs.public", "True or false is expected here.", "Il faut ici vrai ou faux."},
		"text as number":           {`{"name":5}`, "inputs.name", "A text is expected here.", "Il faut ici un texte."},
		"text as boolean":          {`{"name":true}`, "inputs.name", "A text is expected here.", "Il faut ici un texte."},
		"text as number, within":   {`{"name":"a","zones":[5]}`, "inputs.zones.0", "A text is expected here.", "Il faut ici un texte."},
		"null for a default":       {`{"name":"a","size":null}`, "", "", ""},
		"null optional attribute":  {`{"name":"a","disk":{"size":1,"label":null}}`, "", "", ""},
		"engine decides":           {`{"name":"a","left_to_the_engine":"y"}`, "", "", ""},
		"missing":                  {`{}`, "inputs.name", "A value is required.", "Une valeur est obligatoire."},
		"null for a required one":  {`{"name":null}`, "inputs.name", "A value is required.", "Une valeur est obligatoire."},
		"no such variable":         {`{"name":"a","nme":1}`, "inputs.nme", "The template has no such variable.", "Le modèle n’a pas cette variable."},
		"wrong type":               {`{"name":"a","size":"many"}`, "inputs.size", "A number is expected here.", "Il faut ici un nombre."},
		"wrong boolean":            {`{"name":"a","public":"yes"}`, "inputs.public", "True or false is expected here.", "Il faut ici vrai ou faux."},
		"author's message":         {`{"name":"A1"}`, "inputs.name", `Small letters only, not "A1".`, `Small letters only, not "A1".`},
		"author instead of schema": {`{"name":"a","size":11}`, "inputs.size", "Between 1 and 10.", "Between 1 and 10."},
		"not in the schema":        {`{"name":"a","cidr":"10.0.0.0"}`, "inputs.cidr", "Write a network, as 10.0.0.0/8.", "Write a network, as 10.0.0.0/8."},
		"attribute missing":        {`{"name":"a","disk":{}}`, "inputs.disk.size", "A value is required.", "Une valeur est obligatoire."},
		"attribute unknown":        {`{"name":"a","disk":{"size":1,"sort":"x"}}`, "inputs.disk.sort", "There is no such field.", "Ce champ n’existe pas."},
		"attribute of wrong type":  {`{"name":"a","disk":{"size":[]}}`, "inputs.disk.size", "A number is expected here.", "Il faut ici un nombre."},
		"tuple too short":          {`{"name":"a","pair":["x"]}`, "inputs.pair", "Give at least 2 elements.", "Donnez au moins 2 éléments."},
		"tuple element":            {`{"name":"a","pair":["x",[]]}`, "inputs.pair.1", "A number is expected here.", "Il faut ici un nombre."},
		"same twice":               {`{"name":"a","zones":["x","y","x"]}`, "inputs.zones", "Elements 1 and 3 are the same.", "Les éléments 1 et 3 sont identiques."},
		"secret is not repeated":   {`{"name":"a","password":"short"}`, "inputs.password", "The value is not valid.", "La valeur n’est pas valable."},
		"an object as a text":      {`{"name":{"a":1}}`, "inputs.name", "A text is expected here.", "Il faut ici un texte."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inputs map[string]any
			require.NoError(t, json.Unmarshal([]byte(c.inputs), &inputs))
			faults, err := Check(schema, inputs)
			require.NoError(t, err)
			if c.field == "" {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1, "%v", faults)
			require.Equal(t, c.field, strings.Join(faults[0].Field(), "."))
			require.Equal(t, c.en, faults[0].Message("en"))
			require.Equal(t, c.fr, faults[0].Message("fr"))
		})
	}
}

func TestCheckReportsEveryField(t *testing.T) {
	t.Parallel()
	faults, err := Check(schemaOf(t, checkedVariables), map[string]any{"size": 0, "zones": 1, "what": 1})
	require.NoError(t, err)
	fields := []string{}
	for _, f := range faults {
		fields = append(fields, strings.Join(f.Field(), "."))
	}
	require.Equal(t, []string{"inputs.name", "inputs.size", "inputs.what", "inputs.zones"}, fields)
}

func TestCheckAcceptsWhatIsGivenElsewhere(t *testing.T) {
	t.Parallel()
	faults, err := Check(schemaOf(t, checkedVariables), nil, "name")
	require.NoError(t, err)
	require.Empty(t, faults)
}

func TestCheckBoundsInputs(t *testing.T) {
	t.Parallel()
	faults, err := Check(schemaOf(t, checkedVariables), map[string]any{"name": strings.Repeat("a", maxInputs)})
	require.NoError(t, err)
	require.Len(t, faults, 1)
	require.Equal(t, "The inputs are larger than 1024 KiB.", faults[0].Message("en"))
}

// A hostile condition over large inputs is left to the engine, within bounded time.
func TestCheckBoundsConditions(t *testing.T) {
	t.Parallel()
	conditions := map[string]string{
		"nested loops":  `alltrue([for a in var.x : alltrue([for b in var.x : contains(var.x, a)])])`,
		"three loops":   `alltrue([for a in var.x : alltrue([for b in var.x : alltrue([for c in var.x : a != c])])])`,
		"wide format":   `format("%999999999s", var.x[0]) != "x"`,
		"split":         `length([for c in split("", join("", var.x)) : c if contains(split("", join("", var.x)), c)]) < 0`,
		"try hides it":  `try(length(split("", join("", var.x))) < 5, false)`,
		"unknown names": `can(plantimestamp())`,
	}
	inputs := map[string]any{"x": make([]string, 900)}
	for i := range inputs["x"].([]string) {
		inputs["x"].([]string)[i] = strings.Repeat("y", 100)
	}
	for name, condition := range conditions {
		t.Run(name, func(t *testing.T) {
			schema := schemaOf(t, `variable "x" {
  type = list(string)
  validation {
    condition     = `+condition+`
    error_message = "Refused."
  }
}`)
			started := time.Now()
			faults, err := Check(schema, inputs)
			require.NoError(t, err)
			require.Empty(t, faults)
			require.Less(t, time.Since(started), 30*time.Second)
		})
	}
}

// What the inventory would refuse at the end of an apply is refused in the form already, in words that say what to write.
func TestLabelsOfServersAreWhatTheInventoryTakes(t *testing.T) {
	t.Parallel()
	library, problems := ReadLibrary(os.DirFS("../../library"))
	require.Empty(t, problems)
	for _, template := range library.Templates {
		if template.Name != "web-server" && template.Name != "cluster" {
			continue
		}
		check := func(label string) fault.List {
			faults, err := Check(template.Schema(), map[string]any{"labels": []any{label}}, "size")
			require.NoError(t, err)
			return faults
		}
		for _, good := range []string{"role=web", "spare", "rack/row=a.1_b", "role=", "R2", strings.Repeat("a", 63)} {
			require.Empty(t, check(good), "%s: %s", template.Name, good)
		}
		for _, bad := range []string{"role web", "role = web", "role==web", "=web", "-role=web", "role=web,db", "rôle=web", "role!=web", strings.Repeat("a", 64)} {
			faults := check(bad)
			require.Len(t, faults, 1, "%s: %s", template.Name, bad)
			require.Contains(t, faults[0].Message("en"), "name=value or the name alone")
			require.Contains(t, faults[0].Message("fr"), "nom=valeur ou le nom seul")
		}
	}
}

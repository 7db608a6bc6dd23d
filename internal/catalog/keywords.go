package catalog

import (
	"maps"
	"slices"
)

// keywordTypes says which type a keyword is about; a keyword of another type says nothing and is left out.
var keywordTypes = map[string]string{
	"minLength": "string", "maxLength": "string", "pattern": "string",
	"minItems": "array", "maxItems": "array", "items": "array",
	"minProperties": "object", "maxProperties": "object", "additionalProperties": "object",
	"minimum": "number", "maximum": "number", "exclusiveMinimum": "number", "exclusiveMaximum": "number",
	"multipleOf": "number",
}

// merge adds keywords to a schema; where the schema says something under that name already, both hold.
func merge(schema, keywords object) {
	typ, _ := schema["type"].(string)
	keywords = ofType(keywords, typ)
	for _, key := range slices.Sorted(maps.Keys(keywords)) {
		value := keywords[key]
		inner, isObject := value.(object)
		present, exists := schema[key].(object)
		switch {
		case isObject && exists && (key == "items" || key == "additionalProperties"):
			merge(present, inner)
		case schema[key] == nil && key != "allOf":
			schema[key] = value
		default:
			all, _ := schema["allOf"].([]any)
			if more, ok := value.([]any); ok && key == "allOf" {
				schema["allOf"] = append(all, more...)
			} else {
				schema["allOf"] = append(all, object{key: value})
			}
		}
	}
}

// ofType leaves out the keywords that are about another type, at every depth that speaks of the same value.
func ofType(keywords object, typ string) object {
	kept := object{}
	for key, value := range keywords {
		if about, ok := keywordTypes[key]; ok && typ != "" && about != typ {
			continue
		}
		switch v := value.(type) {
		case object:
			if key == "not" {
				value = ofType(v, typ)
			}
		case []any:
			if key == "anyOf" || key == "allOf" {
				value = allOfType(v, typ)
			}
		}
		kept[key] = value
	}
	return kept
}

func allOfType(list []any, typ string) []any {
	kept := make([]any, len(list))
	for i, item := range list {
		kept[i] = item
		if keywords, ok := item.(object); ok {
			kept[i] = ofType(keywords, typ)
		}
	}
	return kept
}

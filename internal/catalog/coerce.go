package catalog

import (
	"encoding/json"
	"math/big"

	"github.com/zclconf/go-cty/cty"
)

// coerce makes of decoded JSON what Terraform would make of it, where that is beyond doubt: "12" is a number
// where a number is wanted, 12 is a text where a text is wanted, null is an optional attribute left out.
func coerce(value any, typ cty.Type) any { return shape(value, typ, coerceScalar) }

// asGiven leaves a scalar as it is.
func asGiven(value any, _ cty.Type) any { return value }

// shape leaves out optional attributes that are null, at all depths, and has each scalar converted.
func shape(value any, typ cty.Type, scalar func(any, cty.Type) any) any {
	switch {
	case typ.IsPrimitiveType():
		return scalar(value, typ)
	case typ.IsListType() || typ.IsSetType():
		return shapeList(value, scalar, func(int) cty.Type { return typ.ElementType() })
	case typ.IsTupleType():
		types := typ.TupleElementTypes()
		return shapeList(value, scalar, func(i int) cty.Type {
			if i < len(types) {
				return types[i]
			}
			return cty.DynamicPseudoType
		})
	case typ.IsMapType():
		return shapeMap(value, scalar, func(string) (cty.Type, bool) { return typ.ElementType(), false })
	case typ.IsObjectType():
		return shapeMap(value, scalar, func(name string) (cty.Type, bool) {
			if !typ.HasAttribute(name) {
				return cty.DynamicPseudoType, false
			}
			return typ.AttributeType(name), typ.AttributeOptional(name)
		})
	}
	return value
}

func coerceScalar(value any, typ cty.Type) any {
	switch v := value.(type) {
	case json.Number:
		if typ == cty.String {
			return v.String()
		}
	case bool:
		if typ == cty.String {
			return map[bool]string{true: "true", false: "false"}[v]
		}
	case string:
		switch {
		case typ == cty.Number && isNumber(v):
			return json.Number(v)
		case typ == cty.Bool && (v == "true" || v == "false"):
			return v == "true"
		}
	}
	return value
}

// isNumber tells whether a text is a number as JSON writes them, and one of a size that can be worked with.
func isNumber(s string) bool {
	if len(s) > 100 || !json.Valid([]byte(s)) {
		return false
	}
	_, _, err := big.ParseFloat(s, 10, 512, big.ToNearestEven)
	return err == nil
}

func shapeList(value any, scalar func(any, cty.Type) any, typeOf func(int) cty.Type) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	out := make([]any, len(list))
	for i, element := range list {
		out[i] = shape(element, typeOf(i), scalar)
	}
	return out
}

// shapeMap leaves out what is null and optional.
func shapeMap(value any, scalar func(any, cty.Type) any, typeOf func(string) (cty.Type, bool)) any {
	m, ok := value.(object)
	if !ok {
		return value
	}
	out := make(object, len(m))
	for name, element := range m {
		typ, optional := typeOf(name)
		if element != nil || !optional {
			out[name] = shape(element, typ, scalar)
		}
	}
	return out
}

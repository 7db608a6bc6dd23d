package catalog

import (
	"errors"
	"math/big"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform that conditions may use here: they are pure, and their results are not
// much larger than their arguments. A condition with another one is left to the engine.
var functions = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc,
	"min": stdlib.MinFunc, "signum": stdlib.SignumFunc, "parseint": stdlib.ParseIntFunc, "sum": sumFunc,

	"chomp": stdlib.ChompFunc, "join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc,
	"title": stdlib.TitleFunc, "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc,
	"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
	"trimsuffix": stdlib.TrimSuffixFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc,
	"startswith": textTest(strings.HasPrefix), "endswith": textTest(strings.HasSuffix), "strcontains": textTest(strings.Contains),
	"format": formatFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,

	"length": lengthFunc, "contains": stdlib.ContainsFunc, "alltrue": quantifier(true), "anytrue": quantifier(false),
	"coalesce": stdlib.CoalesceFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc,
	"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
	"index": stdlib.IndexFunc, "keys": stdlib.KeysFunc, "lookup": stdlib.LookupFunc, "merge": stdlib.MergeFunc,
	"reverse": stdlib.ReverseListFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc,
	"zipmap": stdlib.ZipmapFunc, "setintersection": stdlib.SetIntersectionFunc, "setunion": stdlib.SetUnionFunc,
	"setsubtract": stdlib.SetSubtractFunc, "one": oneFunc,

	"tostring": stdlib.MakeToFunc(cty.String), "tonumber": stdlib.MakeToFunc(cty.Number), "tobool": stdlib.MakeToFunc(cty.Bool),
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),

	"can": tryfunc.CanFunc, "try": tryfunc.TryFunc, "cidrhost": cidrHostFunc, "cidrnetmask": cidrNetmaskFunc,
	"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,
}

// errExhausted says that a condition took too much; it is left to the engine, which has a process of its own.
var errExhausted = errors.New("too much to evaluate here")

// meter bounds the evaluation of one condition.
type meter struct {
	deadline time.Time
	elements int // how many elements a collection may have
	spent    bool
}

// wrap makes a function that stops working when the meter says so.
func (m *meter) wrap(f function.Function) function.Function {
	return function.New(&function.Spec{
		Params: f.Params(), VarParam: f.VarParam(),
		Type: f.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if time.Now().After(m.deadline) || size(args) > maxEvaluated {
				m.spent = true
				return cty.DynamicVal, errExhausted
			}
			result, err := f.Call(args)
			if err == nil && m.tooLong(result) {
				m.spent = true
				return cty.DynamicVal, errExhausted
			}
			return result, err
		},
	})
}

func (m *meter) tooLong(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && v.CanIterateElements() && v.LengthInt() > m.elements
}

// size is about how many bytes of text values hold at their outermost level.
func size(values []cty.Value) int {
	total := 0
	for _, v := range values {
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			total += len(v.AsString())
		}
	}
	return total
}

func textTest(test func(s, other string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "other", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(test(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// lengthFunc is Terraform's length: of texts too, where it counts what people see as characters.
var lengthFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if args[0].Type() == cty.String {
			return stdlib.Strlen(args[0])
		}
		if t := args[0].Type(); !t.IsCollectionType() && !t.IsTupleType() && !t.IsObjectType() {
			return cty.NilVal, errors.New("a text, a collection or an object is needed")
		}
		if t := args[0].Type(); t.IsObjectType() {
			return cty.NumberIntVal(int64(len(t.AttributeTypes()))), nil
		}
		return args[0].Length(), nil
	},
})

func quantifier(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, v := range args[0].AsValueSlice() {
				if !v.IsKnown() {
					return cty.UnknownVal(cty.Bool), nil
				}
				if (!v.IsNull() && v.True()) != all {
					return cty.BoolVal(!all), nil
				}
			}
			return cty.BoolVal(all), nil
		},
	})
}

var sumFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list, err := convert.Convert(args[0], cty.List(cty.Number))
		if err != nil || list.LengthInt() == 0 {
			return cty.NilVal, errors.New("numbers are needed")
		}
		total := new(big.Float)
		for _, v := range list.AsValueSlice() {
			if v.IsNull() || !v.IsKnown() {
				return cty.NilVal, errors.New("numbers are needed")
			}
			total.Add(total, v.AsBigFloat())
		}
		return cty.NumberVal(total), nil
	},
})

var oneFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].CanIterateElements() || args[0].LengthInt() > 1 {
			return cty.NilVal, errors.New("a collection of at most one element is needed")
		}
		for _, v := range args[0].AsValueSlice() {
			return v, nil
		}
		return cty.NullVal(cty.DynamicPseudoType), nil
	},
})

var wideVerb = regexp.MustCompile(`%[^a-zA-Z%]*\d{4}`)

// formatFunc is format without widths that would fill the memory.
var formatFunc = function.New(&function.Spec{
	Params:   stdlib.FormatFunc.Params(),
	VarParam: stdlib.FormatFunc.VarParam(),
	Type:     stdlib.FormatFunc.ReturnTypeForValues,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if wideVerb.MatchString(args[0].AsString()) {
			return cty.NilVal, errExhausted
		}
		return stdlib.FormatFunc.Call(args)
	},
})

var cidrHostFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "prefix", Type: cty.String}, {Name: "hostnum", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		prefix, err := netip.ParsePrefix(args[0].AsString())
		if err != nil {
			return cty.NilVal, errors.New("a CIDR prefix is needed")
		}
		host, _ := args[1].AsBigFloat().Int(nil)
		return hostOf(prefix.Masked(), host)
	},
})

// hostOf is the address of that number in a network; negative numbers count from its end.
func hostOf(prefix netip.Prefix, host *big.Int) (cty.Value, error) {
	count := new(big.Int).Lsh(big.NewInt(1), uint(prefix.Addr().BitLen()-prefix.Bits()))
	if host.Sign() < 0 {
		host = new(big.Int).Add(count, host)
	}
	if host.Sign() < 0 || host.Cmp(count) >= 0 {
		return cty.NilVal, errors.New("the network has no such host")
	}
	base := new(big.Int).SetBytes(prefix.Addr().AsSlice())
	bytes := base.Add(base, host).FillBytes(make([]byte, prefix.Addr().BitLen()/8))
	addr, _ := netip.AddrFromSlice(bytes)
	return cty.StringVal(addr.String()), nil
}

var cidrNetmaskFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "prefix", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		prefix, err := netip.ParsePrefix(args[0].AsString())
		if err != nil || !prefix.Addr().Is4() {
			return cty.NilVal, errors.New("an IPv4 CIDR prefix is needed")
		}
		mask := ^uint32(0) << (32 - prefix.Bits())
		if prefix.Bits() == 0 {
			mask = 0
		}
		addr := netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)})
		return cty.StringVal(addr.String()), nil
	},
})

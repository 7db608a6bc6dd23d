package answer

import (
	"context"
	"io"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

var (
	openBrace, closeBrace = []byte("{"), []byte("}")
	comma                 = []byte(",")
)

// Set is the values of one object's fields.
type Set struct {
	Values   []graphql.Marshaler
	Invalids int // how many fields are null that may not be: then the object is null
	plan     *Plan
	later    []resolution
}

// resolution is a field that a resolver answers.
type resolution struct {
	index   int
	nonNull bool
	resolve func(context.Context) graphql.Marshaler
}

// NewSet makes room for the values of a plan's fields.
func NewSet(plan *Plan) *Set {
	return &Set{plan: plan, Values: make([]graphql.Marshaler, len(plan.Fields))}
}

// Put sets a value. One that is null where it may not be spoils the object.
func (s *Set) Put(i int, value graphql.Marshaler, nonNull bool) {
	s.Values[i] = value
	if nonNull && value == graphql.Null {
		s.Invalids++
	}
}

// Later has a resolver set a value, when Resolve is called.
func (s *Set) Later(i int, nonNull bool, resolve func(context.Context) graphql.Marshaler) {
	s.later = append(s.later, resolution{i, nonNull, resolve})
}

// Resolve asks the resolvers: those of an object that stands alone side by side, those of a row of a list one after
// the other, because the first row has looked up what all rows need.
func (s *Set) Resolve(ctx context.Context) {
	switch {
	case len(s.later) == 0:
		return
	case len(s.later) == 1 || inList(ctx):
		for _, r := range s.later {
			s.Values[r.index] = r.resolve(ctx)
		}
	default:
		s.resolveSideBySide(ctx)
	}
	for _, r := range s.later {
		if r.nonNull && s.Values[r.index] == graphql.Null {
			s.Invalids++
		}
	}
}

func (s *Set) resolveSideBySide(ctx context.Context) {
	var others sync.WaitGroup
	for _, r := range s.later[1:] {
		others.Go(func() { s.Values[r.index] = recovered(ctx, r.resolve) })
	}
	s.Values[s.later[0].index] = recovered(ctx, s.later[0].resolve)
	others.Wait()
}

// recovered makes an error of a panic: nobody else could recover it in a goroutine.
func recovered(ctx context.Context, resolve func(context.Context) graphql.Marshaler) (value graphql.Marshaler) {
	defer func() {
		if p := recover(); p != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, p))
			value = graphql.Null
		}
	}()
	return resolve(ctx)
}

// inList tells whether what is made in ctx is, or lies within, one element of a list.
func inList(ctx context.Context) bool {
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if f.Index != nil {
			return true
		}
	}
	return false
}

// MarshalGQL writes the object.
func (s *Set) MarshalGQL(w io.Writer) {
	_, _ = w.Write(openBrace) // as in all of gqlgen, the writer is a buffer, which takes everything
	first := true
	for i, key := range s.plan.keys {
		if key == nil {
			continue
		}
		if !first {
			_, _ = w.Write(comma)
		}
		first = false
		_, _ = w.Write(key)
		s.Values[i].MarshalGQL(w)
	}
	_, _ = w.Write(closeBrace)
}

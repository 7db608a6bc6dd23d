package answer_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/arpent/arpent/graph/answer"
)

// asked is a context in which an answer is made, within a field.
func asked(name string) context.Context {
	ctx := graphql.WithResponseContext(context.Background(), graphql.DefaultErrorPresenter, func(_ context.Context, p any) error {
		return errors.New(p.(string))
	})
	return within(ctx, name)
}

func within(ctx context.Context, name string) context.Context {
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Field: graphql.CollectedField{Field: &ast.Field{Alias: name}}})
}

func selection(names ...string) (set ast.SelectionSet) {
	for _, name := range names {
		set = append(set, &ast.Field{Name: name, Alias: name, ObjectDefinition: &ast.Definition{Name: "Thing"}})
	}
	return set
}

func planOf(names ...string) *answer.Plan {
	var plans answer.Plans
	return plans.Of(&graphql.OperationContext{}, selection(names...), []string{"Thing"})
}

func written(m graphql.Marshaler) string {
	var out bytes.Buffer
	m.MarshalGQL(&out)
	return out.String()
}

func messages(list gqlerror.List) (found []string) {
	for _, e := range list {
		found = append(found, e.Path.String()+": "+e.Message)
	}
	return found
}

func TestASelectionIsCollectedOncePerType(t *testing.T) {
	t.Parallel()
	var plans answer.Plans
	fields, types, others := selection("a", "b"), []string{"Thing"}, []string{"Other"}
	first := plans.Of(&graphql.OperationContext{}, fields, types)
	require.Same(t, first, plans.Of(&graphql.OperationContext{}, fields, types))
	require.NotSame(t, first, plans.Of(&graphql.OperationContext{}, fields, others))
	require.NotSame(t, first, plans.Of(&graphql.OperationContext{}, fields[:1], types))
}

func TestAnObjectIsWrittenInTheOrderThatWasAskedFor(t *testing.T) {
	t.Parallel()
	set := answer.NewSet(planOf("b", "a"))
	set.Put(0, graphql.MarshalString("first"), true)
	set.Put(1, graphql.Null, false)
	require.Zero(t, set.Invalids)
	require.Equal(t, `{"b":"first","a":null}`, written(set)) //nolint:testifylint // the order of the fields is what is tested
}

// An interface's selection can hold one name twice, for two types that are no relations: the first one counts.
func TestANameIsWrittenOnce(t *testing.T) {
	t.Parallel()
	twice := ast.SelectionSet{
		&ast.Field{Name: "x", Alias: "a", ObjectDefinition: &ast.Definition{Name: "Thing"}},
		&ast.Field{Name: "y", Alias: "a", ObjectDefinition: &ast.Definition{Name: "Thing"}},
	}
	var plans answer.Plans
	set := answer.NewSet(plans.Of(&graphql.OperationContext{}, twice, nil))
	set.Put(0, graphql.MarshalInt(1), true)
	set.Put(1, graphql.MarshalInt(2), true)
	require.Equal(t, `{"a":1}`, written(set))
}

func TestWhatMayNotBeNullSpoilsTheObject(t *testing.T) {
	t.Parallel()
	set := answer.NewSet(planOf("a", "b"))
	set.Put(0, graphql.Null, true)
	set.Later(1, true, func(context.Context) graphql.Marshaler { return graphql.Null })
	set.Resolve(asked("thing"))
	require.Equal(t, 2, set.Invalids)
}

// meeting is an object with two resolvers, true if they work at the same time; alone, each waits until ctx ends.
func meeting(ctx context.Context) graphql.Marshaler {
	set, arrived := answer.NewSet(planOf("a", "b")), make(chan struct{})
	wait := func(ctx context.Context) graphql.Marshaler {
		select {
		case arrived <- struct{}{}:
		case <-arrived:
		case <-ctx.Done():
			return graphql.False
		}
		return graphql.True
	}
	set.Later(0, true, wait)
	set.Later(1, true, wait)
	set.Resolve(ctx)
	return set
}

func TestResolversOfAnObjectThatStandsAloneWorkSideBySide(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(asked("thing"), 20*time.Second)
	defer cancel()
	require.Equal(t, `{"a":true,"b":true}`, written(meeting(ctx)))
}

func TestResolversOfRowsWorkOneAfterTheOther(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(asked("things"), 20*time.Millisecond)
	defer cancel()
	list := answer.List(ctx, 2, func(ctx context.Context, _ int) graphql.Marshaler { return meeting(within(ctx, "node")) })
	require.Equal(t, `[{"a":false,"b":false},{"a":false,"b":false}]`, written(list))
}

func TestErrorsOfAListNameThePlace(t *testing.T) {
	t.Parallel()
	ctx := asked("things")
	answer.List(ctx, 3, func(ctx context.Context, i int) graphql.Marshaler {
		if i == 1 {
			graphql.AddErrorf(within(ctx, "name"), "no name")
		}
		return graphql.Null
	})
	require.Equal(t, []string{"things[1].name: no name"}, messages(graphql.GetErrors(ctx)))
}

func TestAPanicIsAnErrorAtItsPlace(t *testing.T) {
	t.Parallel()
	ctx := asked("things")
	answer.List(ctx, 3, func(_ context.Context, i int) graphql.Marshaler {
		if i == 2 {
			panic("broken")
		}
		return graphql.Null
	})
	require.Equal(t, []string{"things[2]: broken"}, messages(graphql.GetErrors(ctx)))

	ctx = asked("thing")
	set := answer.NewSet(planOf("a", "b"))
	set.Later(0, true, func(context.Context) graphql.Marshaler { return graphql.True })
	set.Later(1, true, func(context.Context) graphql.Marshaler { panic("broken") })
	set.Resolve(ctx)
	require.Equal(t, []string{"thing: broken"}, messages(graphql.GetErrors(ctx)))
	require.Equal(t, 1, set.Invalids)
}

func TestABufferThatWasReleasedIsEmptyWhenItComesAgain(t *testing.T) {
	t.Parallel()
	for range 100 {
		buffer := answer.Buffer()
		require.Zero(t, buffer.Len())
		buffer.WriteString("something")
		answer.Release(buffer.Bytes())
	}
}

package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/fault"
)

var (
	size   = fault.Text{EN: "at most %d, not %s", FR: "au plus %d, pas %s"}
	colour = fault.Text{EN: "red", FR: "rouge"}
)

func TestMessagesComeInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	e := fault.New(fault.Invalid, size, 5, colour)
	for locale, want := range map[string]string{
		"en": "at most 5, not red", "fr": "au plus 5, pas rouge", "fr-CA": "au plus 5, pas rouge", "de": "at most 5, not red", "": "at most 5, not red",
	} {
		require.Equal(t, want, e.Message(locale), locale)
	}
	require.Equal(t, fault.Text{EN: "at most 5, not red", FR: "au plus 5, pas rouge"}, e.Text())
	require.Equal(t, "only English", fault.Text{EN: "only English"}.In("fr"))
	require.Equal(t, "100%", fault.Text{EN: "100%"}.In("en"), "a text without arguments is no format")
}

func TestCausesAreForLogsOnly(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk on fire")
	e := fault.New(fault.Unavailable, colour).Because(cause)
	require.Equal(t, "red: disk on fire", e.Error())
	require.Equal(t, "red", e.Message("en"))
	require.ErrorIs(t, e, cause)
}

func TestRefiningMakesCopies(t *testing.T) {
	t.Parallel()
	plain := fault.New(fault.Invalid, colour)
	at := plain.At("inputs", "size").Because(errors.New("x"))
	require.Equal(t, []string{"inputs", "size"}, at.Field())
	require.Nil(t, plain.Field())
	require.NoError(t, plain.Unwrap())
}

func TestCodesAreFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	conflict := fault.New(fault.Conflict, colour)
	list := fault.List{fault.New(fault.Invalid, colour).At("a"), conflict}
	for _, c := range []struct {
		err  error
		code fault.Code
	}{
		{nil, ""},
		{errors.New("x"), fault.Internal},
		{conflict, fault.Conflict},
		{fmt.Errorf("while: %w", conflict), fault.Conflict},
		{errors.Join(errors.New("x"), conflict), fault.Conflict},
		{fmt.Errorf("while: %w", list), fault.Invalid},
		{fault.List{}, fault.Internal},
	} {
		require.Equal(t, c.code, fault.CodeOf(c.err), "%v", c.err)
		for _, code := range fault.Codes() {
			require.Equal(t, c.err != nil && c.code == code, fault.Is(c.err, code), "%v is %s", c.err, code)
		}
	}
	found, ok := fault.AsList(fmt.Errorf("while: %w", list))
	require.True(t, ok)
	require.Equal(t, list, found)
	require.Equal(t, "red; red", list.Error())
}

func TestAnEmptyListIsNoError(t *testing.T) {
	t.Parallel()
	require.NoError(t, fault.List{}.OrNil())
	require.Error(t, fault.List{fault.New(fault.Invalid, colour)}.OrNil())
	_, ok := fault.AsList(fault.List{})
	require.False(t, ok)
}

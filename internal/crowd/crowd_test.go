package crowd

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

// shop serves numbers, one group when it is told to.
type shop struct {
	*Crowd[int]
	open   chan struct{}
	groups [][]int
}

func (s *shop) enter(ctx context.Context, all *sync.WaitGroup, counter string, guest int) (left *error) {
	left = new(error)
	all.Go(func() {
		*left = s.Serve(ctx, counter, guest, func(group []int) {
			<-s.open
			s.groups = append(s.groups, group)
		})
	})
	synctest.Wait()
	return left
}

func TestWhoComesMeanwhileIsServedTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shop{Crowd: New[int](3), open: make(chan struct{})}
		var all sync.WaitGroup
		for guest := range 6 {
			require.NoError(t, *s.enter(t.Context(), &all, "a", guest))
		}
		ctx, leave := context.WithCancel(t.Context())
		gone := s.enter(ctx, &all, "a", 6)
		leave()
		synctest.Wait()
		require.ErrorIs(t, *gone, context.Canceled)
		close(s.open)
		all.Wait()
		require.Equal(t, [][]int{{0}, {1, 2, 3}, {4, 5}}, s.groups)
		require.Empty(t, s.waiting)
	})
}

// Who is in a group that is being served does not go away from it: what is done for it is done.
func TestWhoseTurnHasComeStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shop{Crowd: New[int](3), open: make(chan struct{})}
		var all sync.WaitGroup
		s.enter(t.Context(), &all, "a", 0)
		s.enter(t.Context(), &all, "a", 1)
		ctx, leave := context.WithCancel(t.Context())
		gone := s.enter(ctx, &all, "a", 2)
		s.open <- struct{}{}
		synctest.Wait()
		leave()
		synctest.Wait()
		require.NoError(t, *gone)
		require.Len(t, s.groups, 1)
		close(s.open)
		all.Wait()
		require.NoError(t, *gone)
		require.Equal(t, [][]int{{0}, {1, 2}}, s.groups)
	})
}

func TestCountersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shop{Crowd: New[int](3), open: make(chan struct{})}
		var all sync.WaitGroup
		s.enter(t.Context(), &all, "a", 0)
		require.NoError(t, s.Serve(t.Context(), "b", 1, func(group []int) { require.Equal(t, []int{1}, group) }))
		close(s.open)
		all.Wait()
	})
}

// A group whose service panics is let go: the others are not served, and the counter is free.
func TestAPanicFreesTheCounter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New[int](3)
		require.Panics(t, func() { _ = c.Serve(t.Context(), "a", 0, func([]int) { panic("broken") }) })
		served := false
		require.NoError(t, c.Serve(t.Context(), "a", 1, func([]int) { served = true }))
		require.True(t, served)
	})
}

package graph

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// sending is an upload of so many bytes by somebody who is signed in.
func sending(ctx context.Context, size int64) *http.Request {
	ctx = access.NewContext(ctx, &access.Viewer{Kind: access.User, ID: "usr_1"})
	request, _ := http.NewRequestWithContext(ctx, http.MethodPost, "/graphql", http.NoBody)
	request.ContentLength = size
	return request
}

// However many send large files at once, those that are let in are of a bounded size together: the next one waits for room, is let
// in when there is some, and is told to come again when there is none in time.
func TestUploadsTogetherHaveABound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u, inside := newUploads(), int64(0)
		var leave []func()
		for inside+maxUpload <= uploadMemory {
			out, err := u.enter(sending(t.Context(), maxUpload))
			require.NoError(t, err)
			leave, inside = append(leave, out), inside+maxUpload
		}
		require.Positive(t, inside)

		began := time.Now()
		_, err := u.enter(sending(t.Context(), maxUpload))
		require.Equal(t, fault.Unavailable, fault.CodeOf(err), "%v", err)
		require.Equal(t, uploadWait, time.Since(began), "it waits, and not for ever")

		small, err := u.enter(sending(t.Context(), maxBody))
		require.NoError(t, err, "what is as small as any request waits for nobody")
		small()

		got := make(chan error, 1)
		go func() {
			out, err := u.enter(sending(t.Context(), maxUpload))
			if err == nil {
				leave = append(leave, out)
			}
			got <- err
		}()
		synctest.Wait()
		require.Empty(t, got, "it waits")
		leave[0]()
		require.NoError(t, <-got, "there is room")

		gone, cancel := context.WithCancel(t.Context())
		go func() { _, err := u.enter(sending(gone, maxUpload)); got <- err }()
		synctest.Wait()
		began = time.Now()
		cancel()
		require.Error(t, <-got)
		require.Zero(t, time.Since(began), "who has gone does not wait")
		for _, out := range leave[1:] {
			out()
		}
		require.True(t, u.room.TryAcquire(uploadMemory), "all of the room is given back")
	})
}

// What an upload is too large for is said before a byte of it is read.
func TestAnUploadIsJudgedByItsHead(t *testing.T) {
	t.Parallel()
	u := newUploads()
	for size, code := range map[int64]fault.Code{-1: fault.Invalid, maxUpload + 1: fault.Limited, 2 << 30: fault.Limited} {
		_, err := u.enter(sending(t.Context(), size))
		require.Equal(t, code, fault.CodeOf(err), "%d: %v", size, err)
	}
	stranger := sending(t.Context(), maxBody+1)
	_, err := u.enter(stranger.WithContext(t.Context()))
	require.Equal(t, fault.Unauthenticated, fault.CodeOf(err))
	require.True(t, u.room.TryAcquire(uploadMemory), "who is refused holds nothing")
}

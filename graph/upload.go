package graph

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// Limits of uploads. They lie in memory while their operation runs: from a file, each place that an upload is named at
// would open it once more.
const (
	maxUpload    = 65 << 20 // bytes: the largest file that can be imported, and the form around it
	uploadMemory = 2 * maxUpload
	uploadWait   = 20 * time.Second
)

var (
	noLength = fault.Text{
		EN: "Say how long an upload is: Content-Length.", FR: "Indiquez la longueur d’un envoi : Content-Length.",
	}
	othersUpload = fault.Text{
		EN: "Others are sending large files. Try again in a minute.", FR: "D’autres envoient de gros fichiers. Réessayez dans une minute.",
	}
)

// uploads are those that are under way, by their bytes: together they have a bound, whoever sends them.
type uploads struct{ room *semaphore.Weighted }

func newUploads() uploads { return uploads{semaphore.NewWeighted(uploadMemory)} }

// enter checks an upload by what its head says and waits for room; leave gives the room back. What is larger than
// any other request is for people who are signed in.
func (u uploads) enter(req *http.Request) (leave func(), err error) {
	size := req.ContentLength
	switch {
	case size < 0:
		return nil, fault.New(fault.Invalid, noLength)
	case size > maxUpload:
		return nil, beyond("upload", maxUpload, int(size), tooLong)
	case size <= maxBody:
		return func() {}, nil
	case !access.FromContext(req.Context()).SignedIn():
		return nil, fault.New(fault.Unauthenticated, signIn)
	}
	ctx, cancel := context.WithTimeout(req.Context(), uploadWait)
	defer cancel()
	if err := u.room.Acquire(ctx, size); err != nil {
		return nil, fault.New(fault.Unavailable, othersUpload).Because(err)
	}
	return func() { u.room.Release(size) }, nil
}

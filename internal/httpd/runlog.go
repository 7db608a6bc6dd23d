package httpd

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/klauspost/compress/gzip"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// RunLogReader hands out the log of a run in pieces, from a position on. It refuses who may not read it.
type RunLogReader func(ctx context.Context, runID string, after int64) (text string, next int64, err error)

// runLog sends a run's log so far as a text file: the whole of it, or what follows "after" so many bytes. The portal
// reads by it what is stored, and only what follows then by a subscription.
func (h *handler) runLog(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !access.FromContext(r.Context()).SignedIn() {
		h.refuse(w, r, fault.New(fault.Unauthenticated, fault.Text{EN: "Sign in first.", FR: "Connectez-vous d’abord."}))
		return
	}
	after, err := position(r.URL.Query().Get("after"))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	text, next, err := h.RunLog(r.Context(), id, after)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.log"`)
	w.Header().Set("Cache-Control", "no-store")
	out := packing(w, r)
	for text != "" {
		if err := out.send(text); err != nil {
			return
		}
		if text, next, err = h.RunLog(r.Context(), id, next); err != nil {
			panic(http.ErrAbortHandler) // half a log must not look like a whole one
		}
	}
	_ = out.close() // who went away needs no end
}

// pieces is an answer that is sent piece by piece, gzipped where the caller takes that.
type pieces struct {
	w      http.ResponseWriter
	packer *gzip.Writer
}

func packing(w http.ResponseWriter, r *http.Request) *pieces {
	w.Header().Add("Vary", "Accept-Encoding")
	if !accepts(r.Header.Get("Accept-Encoding"), "gzip") {
		return &pieces{w: w}
	}
	w.Header().Set("Content-Encoding", "gzip")
	packer := gzipWriters.Get().(*gzip.Writer)
	packer.Reset(w)
	return &pieces{w: w, packer: packer}
}

func (p *pieces) send(text string) error {
	if p.packer == nil {
		_, err := io.WriteString(p.w, text)
		return err
	}
	if _, err := io.WriteString(p.packer, text); err != nil {
		return err
	}
	return p.packer.Flush() // the caller shows it while the next piece is read
}

func (p *pieces) close() error {
	if p.packer == nil {
		return nil
	}
	defer gzipWriters.Put(p.packer)
	return p.packer.Close()
}

// position reads how many bytes the caller has already.
func position(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	after, err := strconv.ParseInt(text, 10, 64)
	if err != nil || after < 0 {
		return 0, fault.New(fault.Invalid, fault.Text{
			EN: "“after” is how many bytes of the log are known: 0 or more.", FR: "« after » est le nombre d’octets du journal déjà connus : 0 ou plus.",
		}).At("after")
	}
	return after, nil
}

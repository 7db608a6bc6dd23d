package httpd

import (
	"context"
	"net/http"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// RunLogReader hands out the log of a run in pieces, from a position on. It refuses who may not read it.
type RunLogReader func(ctx context.Context, runID string, after int64) (text string, next int64, err error)

// runLog sends a run's whole log so far as a text file.
func (h *handler) runLog(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !access.FromContext(r.Context()).SignedIn() {
		h.refuse(w, r, fault.New(fault.Unauthenticated, fault.Text{EN: "Sign in first.", FR: "Connectez-vous d’abord."}))
		return
	}
	text, next, err := h.RunLog(r.Context(), id, 0)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.log"`)
	w.Header().Set("Cache-Control", "no-store")
	for text != "" {
		if _, err := w.Write([]byte(text)); err != nil {
			return
		}
		if text, next, err = h.RunLog(r.Context(), id, next); err != nil {
			panic(http.ErrAbortHandler) // half a log must not look like a whole one
		}
	}
}

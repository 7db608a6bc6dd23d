package httpd

import (
	"context"
	"mime"
	"net/http"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
)

// StateFileReader hands out a version of a Terraform state and a name for its file. It refuses who may not read it.
type StateFileReader func(ctx context.Context, stateVersionID string) (name string, body []byte, err error)

// stateFile sends one version of a state as a file to keep.
func (h *handler) stateFile(w http.ResponseWriter, r *http.Request) {
	if !access.FromContext(r.Context()).SignedIn() {
		h.refuse(w, r, fault.New(fault.Unauthenticated, fault.Text{EN: "Sign in first.", FR: "Connectez-vous d’abord."}))
		return
	}
	name, body, err := h.StateFile(r.Context(), r.PathValue("id"))
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // who went away needs no answer
}

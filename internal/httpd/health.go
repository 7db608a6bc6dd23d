package httpd

import (
	"context"
	"net/http"
	"time"
)

// healthz says that the process answers.
func (h *handler) healthz(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether requests can be served, and what stands in the way.
func (h *handler) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	checks, status := map[string]string{}, http.StatusOK
	for name, check := range h.Ready {
		checks[name] = "ok"
		if err := check(ctx); err != nil {
			h.Log.WarnContext(ctx, "not ready", "part", name, "error", err)
			checks[name], status = "unavailable", http.StatusServiceUnavailable
		}
	}
	answer(w, status, map[string]any{"ready": status == http.StatusOK, "checks": checks})
}

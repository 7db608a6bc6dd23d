package worker

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/runner"
)

// Authenticate tells whose token it is: the name of a worker, or a refusal.
type Authenticate func(ctx context.Context, token string) (worker string, err error)

// NewHandler serves a backend to workers somewhere else, below /worker/v1/. Claims need a worker's token; the
// calls of a lease need only the lease's own, which the backend checks.
func NewHandler(backend Backend, authenticate Authenticate) http.Handler {
	h := &handler{backend: backend, authenticate: authenticate}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+claimPath, answered(h.claim))
	mux.HandleFunc("POST "+runsPath+"{run}/{lease}/renew", answered(h.renew))
	mux.HandleFunc("POST "+runsPath+"{run}/{lease}/watch", answered(h.watch))
	mux.HandleFunc("POST "+runsPath+"{run}/{lease}/log", answered(h.log))
	mux.HandleFunc("POST "+runsPath+"{run}/{lease}/step", answered(h.step))
	mux.HandleFunc("POST "+runsPath+"{run}/{lease}/finish", answered(h.finish))
	return mux
}

type handler struct {
	backend      Backend
	authenticate Authenticate
}

var (
	noToken   = fault.Text{EN: "A token is needed: Authorization: Bearer …", FR: "Un jeton est requis : Authorization: Bearer …"}
	badLease  = fault.Text{EN: "%q is no lease number", FR: "« %s » n’est pas un numéro de bail"}
	badOffset = fault.Text{EN: "%q is no offset", FR: "« %s » n’est pas une position"}
)

func (h *handler) claim(r *http.Request) (any, error) {
	token, err := bearer(r)
	if err != nil {
		return nil, err
	}
	name, err := h.authenticate(r.Context(), token)
	if err != nil {
		return nil, err
	}
	var claim Claim
	if err := readJSON(r, maxSmall, &claim); err != nil {
		return nil, err
	}
	claim.Worker, claim.Remote = fullName(name, claim.Worker), true
	claim.Wait = max(0, min(claim.Wait, maxWait))
	assignment, err := h.backend.Claim(r.Context(), claim)
	if err != nil || assignment == nil {
		return nil, err
	}
	return assignment, nil
}

// fullName keeps a worker within the name of its token; several may share one.
func fullName(token, worker string) string {
	if worker == "" || worker == token {
		return token
	}
	return token + "/" + worker
}

func (h *handler) renew(r *http.Request) (any, error) {
	lease, err := leaseOf(r)
	if err != nil {
		return nil, err
	}
	return h.backend.Renew(r.Context(), lease)
}

func (h *handler) watch(r *http.Request) (any, error) {
	lease, err := leaseOf(r)
	if err != nil {
		return nil, err
	}
	var asked watching
	if err := readJSON(r, maxSmall, &asked); err != nil {
		return nil, err
	}
	cancel, err := h.backend.Watch(r.Context(), lease, max(0, min(asked.Wait, maxWait)))
	return Renewal{Cancel: cancel}, err
}

func (h *handler) log(r *http.Request) (any, error) {
	lease, err := leaseOf(r)
	if err != nil {
		return nil, err
	}
	text := r.URL.Query().Get("offset")
	offset, err := strconv.ParseInt(text, 10, 64)
	if err != nil || offset < 0 {
		return nil, fault.New(fault.Invalid, badOffset, text)
	}
	if err := h.check(r, lease); err != nil {
		return nil, err
	}
	piece, err := readBody(r, maxLog)
	if err != nil {
		return nil, err
	}
	return nil, h.backend.Log(r.Context(), lease, offset, piece)
}

func (h *handler) step(r *http.Request) (any, error) {
	lease, err := leaseOf(r)
	if err != nil {
		return nil, err
	}
	var step runner.Step
	if err := readJSON(r, maxSmall, &step); err != nil {
		return nil, err
	}
	return nil, h.backend.Step(r.Context(), lease, step)
}

func (h *handler) finish(r *http.Request) (any, error) {
	lease, err := leaseOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.check(r, lease); err != nil {
		return nil, err
	}
	var end ending
	if err := readJSON(r, maxFinish, &end); err != nil {
		return nil, err
	}
	return nil, h.backend.Finish(r.Context(), lease, end.Rest, end.Result)
}

// check reads a large body only from somebody who holds the lease: renewing it costs a holder nothing.
func (h *handler) check(r *http.Request, lease Lease) error {
	if r.ContentLength >= 0 && r.ContentLength <= maxUnchecked {
		return nil
	}
	_, err := h.backend.Renew(r.Context(), lease)
	return err
}

func leaseOf(r *http.Request) (Lease, error) {
	token, err := bearer(r)
	if err != nil {
		return Lease{}, err
	}
	number, err := strconv.ParseInt(r.PathValue("lease"), 10, 64)
	if err != nil {
		return Lease{}, fault.New(fault.Invalid, badLease, r.PathValue("lease"))
	}
	return Lease{RunID: r.PathValue("run"), Number: number, Token: token}, nil
}

func bearer(r *http.Request) (string, error) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found || token == "" {
		return "", fault.New(fault.Unauthenticated, noToken)
	}
	return token, nil
}

// answered turns a function of a request into a handler: nil is 204, an error a problem.
func answered(serve func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// A claim waits and a result is large: the server's own deadlines are for pages.
		controller := http.NewResponseController(w)
		_ = controller.SetReadDeadline(time.Now().Add(maxWait + 10*maxLatency))
		_ = controller.SetWriteDeadline(time.Now().Add(maxWait + 10*maxLatency))
		answer, err := serve(r)
		switch {
		case err != nil:
			p, status := problemOf(err)
			respond(w, r, status, p)
		case answer == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			respond(w, r, http.StatusOK, answer)
		}
	}
}

func respond(w http.ResponseWriter, r *http.Request, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var encoding string
		if body, encoding = zipped(body); encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

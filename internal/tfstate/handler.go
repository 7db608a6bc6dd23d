package tfstate

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
)

// patience is how long a state may take on its way: one that stalls must not keep its room for ever.
const patience = 10 * time.Minute

// Handler serves /terraform/state/{project}: the http backend of Terraform and OpenTofu.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/terraform/state/{project}", s.serve)
	return mux
}

// serve asks who is there, carries the request out in their name, and tells what was refused in their language.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	c, err := s.identify(r)
	if err == nil {
		err = s.dispatch(w, r.WithContext(access.NewContext(r.Context(), c.viewer)), c)
	}
	if err != nil {
		s.refuse(w, r, c, err)
	}
}

func (s *Service) dispatch(w http.ResponseWriter, r *http.Request, c caller) error {
	operations := map[string]struct {
		needs access.Permission
		serve func(http.ResponseWriter, *http.Request, caller) error
	}{
		http.MethodGet:  {access.StateRead, s.serveGet},
		http.MethodPost: {access.StateWrite, s.servePost},
		"LOCK":          {access.StateWrite, s.serveLock},
		"UNLOCK":        {access.StateWrite, s.serveUnlock},
	}
	operation, ok := operations[r.Method]
	if !ok {
		w.Header().Set("Allow", "GET, POST, LOCK, UNLOCK")
		http.Error(w, badMethod.In(c.viewer.Locale), http.StatusMethodNotAllowed)
		return nil
	}
	if err := c.may(r.Context(), operation.needs); err != nil {
		return err
	}
	return operation.serve(w, r, c)
}

func (s *Service) serveLock(_ http.ResponseWriter, r *http.Request, c caller) error {
	info, _, err := readLockInfo(r.Body)
	if err != nil {
		return err
	}
	return s.lock(r.Context(), c, info)
}

func (s *Service) serveUnlock(_ http.ResponseWriter, r *http.Request, c caller) error {
	info, empty, err := readLockInfo(r.Body)
	if empty && c.lease == nil {
		return s.unlock(r.Context(), c, "") // Terraform's force-unlock, which does not say what it breaks
	}
	if err != nil {
		return err
	}
	return s.unlock(r.Context(), c, info.ID)
}

func (s *Service) serveGet(w http.ResponseWriter, r *http.Request, c caller) error {
	ctx := r.Context()
	v, err := s.present(ctx, c.project.ID)
	if err != nil {
		return database.Fault(err)
	}
	if v == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	leave, err := s.enter(ctx, int64(v.Size))
	if err != nil {
		return err
	}
	defer leave()
	if c.lease == nil {
		if err := s.journal(ctx, "state.read", c.project, v); err != nil {
			return database.Fault(err)
		}
	}
	compressed, err := s.open(ctx, v)
	if err != nil {
		return err
	}
	defer patient(http.NewResponseController(w).SetWriteDeadline)()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(v.Size))
	if err := unpack(w, compressed); err != nil {
		panic(http.ErrAbortHandler) // the reader must see that it is cut
	}
	return nil
}

// patient gives a transfer its time, and returns what gives the connection its own again.
func patient(setDeadline func(time.Time) error) (done func()) {
	_ = setDeadline(time.Now().Add(patience)) // a connection without deadlines is bounded by its server
	return func() { _ = setDeadline(time.Time{}) }
}

func (s *Service) servePost(w http.ResponseWriter, r *http.Request, c caller) error {
	force := r.URL.Query().Get("force") == "true"
	if force && c.lease != nil {
		return fault.New(fault.Denied, noForce)
	}
	if r.ContentLength > s.MaxSize {
		return s.turnAway(r)
	}
	leave, err := s.enter(r.Context(), s.expected(r))
	if err != nil {
		return err
	}
	defer leave()
	defer patient(http.NewResponseController(w).SetReadDeadline)()
	in, err := s.receive(r)
	if err != nil {
		return err
	}
	_, err = s.put(r.Context(), c, s.seal(in), force, func(ctx context.Context) error {
		return s.mayPut(ctx, c, r.URL.Query().Get("ID"))
	})
	return err
}

// expected is the size of the state that comes; the largest when nobody says.
func (s *Service) expected(r *http.Request) int64 {
	if r.ContentLength < 0 {
		return s.MaxSize
	}
	return r.ContentLength
}

// turnAway refuses a state that is too large. It reads on for a while, since the engines only look at an answer once
// they have sent all.
func (s *Service) turnAway(r *http.Request) error {
	_, _ = io.CopyN(io.Discard, r.Body, 4*s.MaxSize) // whether it ends does not matter
	return fault.New(fault.Limited, tooLarge, s.MaxSize>>20)
}

// receive reads a state from a request.
func (s *Service) receive(r *http.Request) (intake, error) {
	in, err := receive(r.Body, s.MaxSize)
	if fault.Is(err, fault.Limited) {
		return intake{}, s.turnAway(r)
	}
	if err != nil {
		return intake{}, err
	}
	if sum := r.Header.Get("Content-MD5"); sum != "" && sum != base64.StdEncoding.EncodeToString(in.md5[:]) {
		return intake{}, fault.New(fault.Invalid, damaged)
	}
	return in, nil
}

var statuses = map[fault.Code]int{
	fault.Invalid: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized, fault.Denied: http.StatusForbidden,
	// The engines take 404 for a state that is still empty.
	fault.NotFound: http.StatusForbidden, fault.Conflict: http.StatusConflict, fault.Limited: http.StatusRequestEntityTooLarge,
	fault.Unavailable: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

// refuse answers with the reason: as lock information where the engines expect it, else as plain text.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, c caller, err error) {
	reason := s.reason(r, err)
	text, status := reason.Message(c.locale()), statuses[reason.Code()]
	var held *lockedError
	switch {
	case errors.As(err, &held):
		answerLock(w, http.StatusLocked, held.info)
	case r.Method == "LOCK" && status == http.StatusConflict:
		info, _ := json.Marshal(lockInfo{Info: text}) // a struct of strings
		answerLock(w, status, info)
	default:
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="Arpent", charset="UTF-8"`)
		}
		http.Error(w, text, status)
	}
}

// reason is what people are told; what they are not told is logged.
func (s *Service) reason(r *http.Request, err error) *fault.Error {
	if list, ok := fault.AsList(database.Fault(err)); ok && list[0].Code() != fault.Internal {
		return list[0]
	}
	s.Log.ErrorContext(r.Context(), "a state could not be served", "method", r.Method, "path", r.URL.Path, "error", err)
	return fault.New(fault.Internal, ourFault)
}

func answerLock(w http.ResponseWriter, status int, info json.RawMessage) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(info) // a client that went away can not be told so
}

func (c caller) locale() string {
	if c.viewer == nil {
		return "en"
	}
	return c.viewer.Locale
}

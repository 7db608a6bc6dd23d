package runner_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/arpent/arpent/internal/runner"
)

const statePassword = "state-Pa55word/+="

// stateServer is an http state backend of one state.
type stateServer struct {
	url   string
	close func() // it is dead then

	mu     sync.Mutex
	state  []byte
	locked []byte
	refuse bool // answers 403 to whoever wants to store a state
}

func newStateServer(t testing.TB) *stateServer {
	s := &stateServer{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url, s.close = server.URL+"/state", server.Close
	return s
}

func (s *stateServer) backend() *runner.StateBackend {
	return &runner.StateBackend{Address: s.url, Username: "run", Password: statePassword}
}

func (s *stateServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, password, _ := r.BasicAuth(); password != statePassword {
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	body, _ := io.ReadAll(r.Body)
	switch r.Method {
	case http.MethodGet:
		s.get(w)
	case http.MethodPost:
		s.post(w, r, body)
	case "LOCK":
		s.lock(w, body)
	case "UNLOCK":
		s.locked = nil
	}
}

func (s *stateServer) get(w http.ResponseWriter) {
	if s.state == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	_, _ = w.Write(s.state)
}

func (s *stateServer) post(w http.ResponseWriter, r *http.Request, body []byte) {
	var holder struct{ ID string }
	_ = json.Unmarshal(s.locked, &holder)
	if s.refuse || holder.ID != r.URL.Query().Get("ID") {
		http.Error(w, "no", http.StatusForbidden)
		return
	}
	s.state = body
}

func (s *stateServer) lock(w http.ResponseWriter, body []byte) {
	if s.locked != nil {
		w.WriteHeader(http.StatusLocked)
		_, _ = w.Write(s.locked)
		return
	}
	s.locked = body
}

// resources lists the addresses in the state.
func (s *stateServer) resources() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []json.RawMessage
		}
	}
	_ = json.Unmarshal(s.state, &state)
	found := []string{}
	for _, resource := range state.Resources {
		if len(resource.Instances) > 0 {
			found = append(found, resource.Type+"."+resource.Name)
		}
	}
	return found
}

package exchange

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/secureaccess"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

// What goes into the configuration of ssh is of these forms only: a line of its own would be a command that ssh runs.
var (
	sshUser = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,31}$`)
	sshJump = regexp.MustCompile(`^([A-Za-z0-9_][A-Za-z0-9._-]*@)?([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
)

// sshConfig answers with a block for each server: where it is, under which name its key is known, and through which bastion.
func (s *Service) sshConfig(w http.ResponseWriter, r *http.Request) error {
	user := r.URL.Query().Get("user")
	if user != "" && !sshUser.MatchString(user) {
		return fault.New(fault.Invalid, textUser).At("user")
	}
	servers, err := s.allServers(r)
	if err != nil {
		return err
	}
	jumps, err := s.bastions(r.Context())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, one := range servers {
		fmt.Fprintf(&text, "Host %s\n  HostName %s\n  HostKeyAlias %s\n", one.Hostname, reach(one), one.Hostname)
		if user != "" {
			fmt.Fprintf(&text, "  User %s\n", user)
		}
		if jump := jumps.of(one); jump != "" {
			fmt.Fprintf(&text, "  ProxyJump %s\n", jump)
		}
		text.WriteByte('\n')
	}
	return sendText(w, text.Bytes())
}

func sendText(w http.ResponseWriter, text []byte) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(text) // who went away needs no answer
	return nil
}

// jumps are the bastions of servers and of projects, by id.
type jumps map[string]string

// of is the bastion of a server: its own, else its project's.
func (j jumps) of(s *ent.Server) string {
	if own := j[s.ID]; own != "" || s.ProjectID == nil {
		return own
	}
	return j[*s.ProjectID]
}

func (s *Service) bastions(ctx context.Context) (jumps, error) {
	now := time.Now().UTC()
	all, err := s.client(ctx).SecureAccess.Query().Where(
		secureaccess.KindEQ(secureaccess.KindBASTION), secureaccess.RevokedAtIsNil(),
		secureaccess.Or(secureaccess.ExpiresAtIsNil(), secureaccess.ExpiresAtGT(now)),
	).Order(secureaccess.ByID()).All(ctx)
	if err != nil {
		return nil, database.Fault(err)
	}
	found := jumps{}
	for _, a := range all {
		switch {
		case !sshJump.MatchString(a.Endpoint): // it names no host to jump through
		case a.ServerID != nil:
			found[*a.ServerID] = a.Endpoint
		case a.ProjectID != nil:
			found[*a.ProjectID] = a.Endpoint
		}
	}
	return found, nil
}

// knownHosts answers with the keys by which servers are known, under their names and addresses.
func (s *Service) knownHosts(w http.ResponseWriter, r *http.Request) error {
	servers, err := s.allServers(r)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, one := range servers {
		names := strings.Join(append([]string{one.Hostname}, addressesOf(one)...), ",")
		for _, fact := range slices.Sorted(maps.Keys(one.Facts)) {
			if !strings.HasPrefix(fact, inventory.HostKey) {
				continue
			}
			key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(one.Facts[fact].Value))
			if err != nil {
				continue // a fact of another kind
			}
			fmt.Fprintf(&text, "%s %s", names, ssh.MarshalAuthorizedKey(key))
		}
	}
	return sendText(w, text.Bytes())
}

package inventory

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/secureaccess"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/journal"
)

// AccessInput describes a way to reach a server, or all servers of a project: exactly one of both.
type AccessInput struct {
	ServerID, ProjectID         string
	Kind                        secureaccess.Kind
	Holder, Endpoint, PublicKey string
	ExpiresAt                   *time.Time
}

func (i AccessInput) check() (fingerprint string, err error) {
	var list fault.List
	if (i.ServerID == "") == (i.ProjectID == "") {
		list = append(list, fault.New(fault.Invalid, textOneOf).At("serverId"))
	}
	if !fits(i.Holder, maxTitle) {
		list = append(list, fault.New(fault.Invalid, textName, maxTitle).At("holder"))
	}
	if utf8.RuneCountInString(i.Endpoint) > maxContact {
		list = append(list, fault.New(fault.Invalid, textTooLong, maxContact).At("endpoint"))
	}
	if i.ExpiresAt != nil && i.ExpiresAt.Before(now()) {
		list = append(list, fault.New(fault.Invalid, textPast).At("expiresAt"))
	}
	if strings.Contains(i.PublicKey, "PRIVATE KEY") {
		list = append(list, fault.New(fault.Invalid, textPrivate).At("publicKey"))
	} else if i.Kind == secureaccess.KindSSH_KEY {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(i.PublicKey))
		if err != nil {
			list = append(list, fault.New(fault.Invalid, textPublicKey).At("publicKey"))
		} else {
			fingerprint = ssh.FingerprintSHA256(key)
		}
	}
	return fingerprint, list.OrNil()
}

// GrantAccess writes down that somebody can reach a server or a project's servers. It holds no secret.
func (s *Service) GrantAccess(ctx context.Context, input AccessInput) (*ent.SecureAccess, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	input.Holder, input.PublicKey = strings.TrimSpace(input.Holder), strings.TrimSpace(input.PublicKey)
	fingerprint, err := input.check()
	if err != nil {
		return nil, err
	}
	var made *ent.SecureAccess
	err = s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) error {
		create := client.SecureAccess.Create().SetKind(input.Kind).SetHolder(input.Holder).SetEndpoint(input.Endpoint).
			SetPublicKey(input.PublicKey).SetFingerprint(fingerprint).SetNillableExpiresAt(input.ExpiresAt)
		if input.ServerID != "" {
			of, err := client.Server.Get(ctx, input.ServerID)
			if err != nil {
				return at(err, "serverId")
			}
			create.SetServerID(of.ID).SetNillableProjectID(of.ProjectID)
		} else {
			if _, err := client.Project.Get(ctx, input.ProjectID); err != nil {
				return at(err, "projectId")
			}
			create.SetProjectID(input.ProjectID)
		}
		if made, err = create.Save(ctx); err != nil {
			return err
		}
		return s.journal.Write(ctx, accessEntry("access.granted", made))
	})
	return made, database.Fault(err)
}

// RevokeAccess writes down that an access is no more. To revoke one twice changes nothing.
func (s *Service) RevokeAccess(ctx context.Context, id string) (*ent.SecureAccess, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var revoked *ent.SecureAccess
	err := s.db.Tx(ctx, func(ctx context.Context, client *ent.Client) (err error) {
		if revoked, err = client.SecureAccess.Get(ctx, id); err != nil {
			return at(err, "id")
		}
		if revoked.RevokedAt != nil {
			return nil
		}
		if revoked, err = client.SecureAccess.UpdateOne(revoked).SetRevokedAt(now()).Save(ctx); err != nil {
			return err
		}
		return s.journal.Write(ctx, accessEntry("access.revoked", revoked))
	})
	return revoked, database.Fault(err)
}

func accessEntry(event string, a *ent.SecureAccess) journal.Entry {
	entry := journal.Entry{
		Type: event, Audience: journal.Platform, SubjectID: a.ID, Subject: a.Holder,
		After: map[string]any{"kind": a.Kind, "holder": a.Holder, "server": a.ServerID, "fingerprint": a.Fingerprint},
	}
	if a.ProjectID != nil {
		entry.Audience, entry.ProjectID = journal.Project, *a.ProjectID
	}
	return entry
}

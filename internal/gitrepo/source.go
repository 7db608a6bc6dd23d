package gitrepo

import (
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

// Source is what Fetch reads: a repository and one of its references.
type Source struct {
	URL        string // https://…, ssh://…, git@host:path, file:///… or an absolute path
	Ref        string // branch, tag, refs/… or a whole commit hash; empty is the default branch
	Credential Credential
}

// Credential opens a repository. It is handed to the connection alone, never to an argument list or a URL.
type Credential struct {
	Username   string // https: empty means "git"; ssh: empty means the user of the URL, or "git"
	Token      string // https: password or access token
	PrivateKey string // ssh: PEM or OpenSSH format
	Passphrase string // ssh: of the private key
	KnownHosts string // ssh: the only host keys to believe; empty believes the first key seen and pins it in the cache folder
	CA         string // https: PEM certificates that are believed beside the system's
}

// String hides the credential from logs and messages.
func (Credential) String() string { return "[credential]" }

// GoString hides the credential from %#v.
func (Credential) GoString() string { return "[credential]" }

// LogValue hides the credential from structured logs.
func (Credential) LogValue() slog.Value { return slog.StringValue("[credential]") }

// Limits bound what one Fetch may take. A field that is zero has the default of DefaultLimits.
type Limits struct {
	Bytes int64         // received from the network, and in all files of the tree together
	File  int64         // in one file
	Files int           // files in the tree
	Time  time.Duration // of the whole fetch
}

// DefaultLimits are ample for a library of templates.
func DefaultLimits() Limits {
	return Limits{Bytes: 256 << 20, File: 10 << 20, Files: 100_000, Time: 5 * time.Minute}
}

// repositoryLimits are what the private repository may take: it is ours, and holds its whole history.
func repositoryLimits() Limits {
	return Limits{Bytes: 8 << 30, File: 256 << 20, Files: 5_000_000, Time: 30 * time.Minute}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.File <= 0 {
		l.File = d.File
	}
	if l.Files <= 0 {
		l.Files = d.Files
	}
	if l.Time <= 0 {
		l.Time = d.Time
	}
	return l
}

// place is where an address leads: a folder of this machine, or an endpoint of the network.
type place struct {
	path     string
	endpoint *transport.Endpoint
}

// locate understands an address, or says why it is none.
func locate(address string) (place, error) {
	if strings.ContainsFunc(address, isControl) || address == "" {
		return place{}, errAddress(address)
	}
	if filepath.IsAbs(address) {
		return place{path: filepath.Clean(address)}, nil
	}
	if rest, ok := strings.CutPrefix(address, "file://"); ok {
		return locateFile(address, rest)
	}
	endpoint, err := transport.NewEndpoint(address)
	scheme := strings.Contains(address, "://")
	if err != nil || endpoint.Host == "" || (!scheme && (endpoint.User == "" || strings.Contains(address, "::"))) {
		return place{}, errAddress(address)
	}
	return locateRemote(address, endpoint)
}

func locateFile(address, rest string) (place, error) {
	path, err := url.PathUnescape(rest)
	if err != nil || !filepath.IsAbs(path) {
		return place{}, errAddress(address)
	}
	return place{path: filepath.Clean(path)}, nil
}

func locateRemote(address string, endpoint *transport.Endpoint) (place, error) {
	switch {
	case endpoint.Password != "":
		return place{}, errPasswordInAddress()
	case endpoint.Protocol == "http", endpoint.Protocol == "https", endpoint.Protocol == "ssh":
		return place{endpoint: endpoint}, nil
	}
	return place{}, errAddress(address)
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"golang.org/x/crypto/ssh"
)

// The two services of a git server.
const (
	uploadPack  = transport.UploadPackServiceName
	receivePack = transport.ReceivePackServiceName
)

// conversation is one talk with one service of a git server, over HTTP or SSH. The protocol above it is
// ours rather than go-git's transports, because every byte that a stranger sends must count towards a limit.
type conversation interface {
	// advertise asks for the references. The answer is read to its end and closed before exchange.
	advertise(ctx context.Context) (io.ReadCloser, error)
	// exchange sends the one request and gives the answer.
	exchange(ctx context.Context, request []byte) (io.ReadCloser, error)
	close()
}

// server is the other side of conversations: where it is, how to open it, what it may send.
type server struct {
	endpoint   *transport.Endpoint
	credential Credential
	dir        string // where host keys are pinned

	mu    sync.Mutex // guards what conversations share
	web   *http.Client
	shell *ssh.Client
}

// hangUp closes the connections that are kept for the next conversation.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.web != nil {
		s.web.CloseIdleConnections()
	}
	if s.shell != nil {
		_ = s.shell.Close()
		s.shell = nil
	}
}

func (s *server) host() string { return s.endpoint.Host }

// call opens a conversation and asks for the references.
func (s *server) call(ctx context.Context, service string, left *budget) (conversation, *packp.AdvRefs, error) {
	talk, err := s.dial(ctx, service)
	if err != nil {
		return nil, nil, err
	}
	refs, err := s.references(ctx, talk, left)
	if err != nil {
		talk.close()
		return nil, nil, err
	}
	return talk, refs, nil
}

func (s *server) dial(ctx context.Context, service string) (conversation, error) {
	if s.endpoint.Protocol == "ssh" {
		return dialSSH(ctx, s, service)
	}
	return openHTTP(s, service)
}

func (s *server) references(ctx context.Context, talk conversation, left *budget) (*packp.AdvRefs, error) {
	body, err := talk.advertise(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	refs := packp.NewAdvRefs()
	err = refs.Decode(left.meter(body))
	if errors.Is(err, packp.ErrEmptyAdvRefs) {
		return refs, nil
	}
	if err != nil {
		return nil, s.explain(ctx, err)
	}
	for name := range refs.References {
		if plumbing.ReferenceName(name).Validate() != nil {
			delete(refs.References, name)
		}
	}
	return refs, nil
}

// explain turns an error of the protocol or of the network into a refusal.
func (s *server) explain(ctx context.Context, err error) error {
	var said *pktline.ErrorLine
	switch {
	case err == nil || refusal(err):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &said):
		return s.heard(said.Text)
	}
	return errProtocol(s.host(), err)
}

// heard turns what a server says for people into a refusal.
func (s *server) heard(text string) error {
	low := strings.ToLower(text)
	if _, hash, ok := strings.Cut(low, "not our ref "); ok {
		return errNoRef(clip(hash))
	}
	for _, sign := range []string{"not found", "does not appear to be", "no such", "does not exist"} {
		if strings.Contains(low, sign) {
			return errNoRepository(s.endpoint.Host+"/"+strings.TrimPrefix(s.endpoint.Path, "/"), errors.New(clip(text)))
		}
	}
	return errServer(s.host(), clip(text))
}

// clip makes a stranger's text fit for a message: short, on one line, without control characters.
func clip(text string) string {
	clean := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), isControl), " ")
	if runes := []rune(clean); len(runes) > 300 {
		clean = string(runes[:300]) + "…"
	}
	return strings.TrimSpace(clean)
}

// budget is how many bytes a server may still send.
type budget struct{ left, limit int64 }

func newBudget(limit int64) *budget { return &budget{left: limit, limit: limit} }

func (b *budget) meter(r io.Reader) io.Reader { return &metered{from: r, budget: b} }

type metered struct {
	from   io.Reader
	budget *budget
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.budget.left -= int64(n)
	if m.budget.left < 0 {
		return 0, errManyBytes(m.budget.limit)
	}
	return n, err
}

// wish is what to ask of upload-pack.
type wish struct {
	wants   []plumbing.Hash
	haves   []plumbing.Hash
	shallow []plumbing.Hash // commits of haves whose parents are not here
	depth   int             // 0 is the whole history
	thin    bool            // the pack may hold differences from what is here
}

// encode writes the request of a wish.
func (w wish) encode(offered *capability.List) []byte {
	var request bytes.Buffer
	line := pktline.NewEncoder(&request)
	able := []string{"side-band-64k", "ofs-delta", "shallow", "no-progress"}
	if w.thin {
		able = append(able, "thin-pack")
	}
	for i, want := range w.wants {
		if i == 0 {
			_ = line.Encodef("want %s %s\n", want, capabilities(offered, able...))
			continue
		}
		_ = line.Encodef("want %s\n", want)
	}
	for _, hash := range w.shallow {
		_ = line.Encodef("shallow %s\n", hash)
	}
	if w.depth > 0 {
		_ = line.Encodef("deepen %d\n", w.depth)
	}
	_ = line.Flush()
	for _, have := range w.haves {
		_ = line.Encodef("have %s\n", have)
	}
	_ = line.EncodeString("done\n")
	return request.Bytes()
}

// capabilities lists those of the wanted that the server offers.
func capabilities(offered *capability.List, wanted ...string) string {
	var list []string
	for _, name := range wanted {
		if offered.Supports(capability.Capability(name)) {
			list = append(list, name)
		}
	}
	return strings.Join(append(list, "agent=arpent"), " ")
}

// boundary is how an answer moves the edge of a shallow history.
type boundary struct{ shallow, unshallow []plumbing.Hash }

// answer reads what upload-pack or receive-pack sends: lines, then data on band 1, which goes to data.
// What the server says to people on band 2 is kept, clipped.
type answer struct {
	edge boundary
	said bytes.Buffer
}

func (a *answer) read(r io.Reader, data io.Writer) error {
	lines := pktline.NewScanner(r)
	began := false
	for lines.Scan() {
		line := lines.Bytes()
		if len(line) == 0 {
			if began {
				return nil
			}
			continue
		}
		band, err := a.take(line, data)
		if err != nil {
			return err
		}
		began = began || band
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}

func (a *answer) take(line []byte, data io.Writer) (band bool, err error) {
	switch line[0] {
	case 1:
		_, err = data.Write(line[1:])
		return true, err
	case 2:
		if a.said.Len() < 4096 {
			a.said.Write(line[1:])
		}
		return true, nil
	case 3:
		return true, &pktline.ErrorLine{Text: clip(string(line[1:]))}
	}
	return false, a.note(string(bytes.TrimSpace(line)))
}

func (a *answer) note(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "ACK", "NAK":
	case "shallow":
		a.edge.shallow = append(a.edge.shallow, plumbing.NewHash(rest))
	case "unshallow":
		a.edge.unshallow = append(a.edge.unshallow, plumbing.NewHash(rest))
	default:
		return fmt.Errorf("unexpected line %q", clip(line))
	}
	return nil
}

// push asks receive-pack to move one reference, from old to next, with the pack that next needs. The server
// compares and swaps. An error that is a rejection says that it looked and did not want to.
func (s *server) push(ctx context.Context, talk conversation, offered *capability.List, ref string, old, next plumbing.Hash, pack []byte) error {
	var request bytes.Buffer
	line := pktline.NewEncoder(&request)
	_ = line.Encodef("%s %s %s\x00%s", old, next, ref, capabilities(offered, "report-status", "side-band-64k", "ofs-delta"))
	_ = line.Flush()
	request.Write(pack)
	body, err := talk.exchange(ctx, request.Bytes())
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return s.pushed(ctx, newBudget(1<<20).meter(body))
}

// rejection is a push that the server looked at and did not carry out.
type rejection struct{ said string }

func (r *rejection) Error() string { return "rejected: " + r.said }

func (s *server) pushed(ctx context.Context, body io.Reader) error {
	var heard answer
	var status bytes.Buffer
	if err := heard.read(body, &status); err != nil {
		return s.explain(ctx, err)
	}
	report := packp.NewReportStatus()
	if err := report.Decode(&status); err != nil {
		return s.explain(ctx, err)
	}
	if err := report.Error(); err != nil {
		return &rejection{said: clip(err.Error() + " " + heard.said.String())}
	}
	return nil
}

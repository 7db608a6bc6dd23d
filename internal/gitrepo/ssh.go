package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
)

// sshTalk is git's protocol over one SSH session. Sessions share the server's connection.
type sshTalk struct {
	ended   sync.Once // its end was waited for
	server  *server
	session *ssh.Session
	in      io.WriteCloser
	out     io.Reader
	errors  *head
	stop    func() bool
}

func dialSSH(ctx context.Context, s *server, service string) (*sshTalk, error) {
	client, kept, err := s.connected(ctx)
	if err != nil {
		return nil, err
	}
	talk, err := openSSH(ctx, s, client, service)
	if err == nil {
		return talk, nil
	}
	s.forget(client)
	if kept && ctx.Err() == nil { // the server closed a connection that was idle
		return dialSSH(ctx, s, service)
	}
	return nil, s.failed(ctx, err)
}

func openSSH(ctx context.Context, s *server, client *ssh.Client, service string) (*sshTalk, error) {
	talk := &sshTalk{server: s, errors: &head{}}
	talk.stop = context.AfterFunc(ctx, func() { s.forget(client) })
	if err := talk.start(client, service); err != nil {
		talk.close()
		return nil, err
	}
	return talk, nil
}

func (t *sshTalk) start(client *ssh.Client, service string) (err error) {
	if t.session, err = client.NewSession(); err != nil {
		return err
	}
	t.session.Stderr = t.errors
	if t.in, err = t.session.StdinPipe(); err != nil {
		return err
	}
	if t.out, err = t.session.StdoutPipe(); err != nil {
		return err
	}
	return t.session.Start(service + " " + quote(t.server.endpoint.Path))
}

// connected gives the connection that is kept, or a new one.
func (s *server) connected(ctx context.Context) (client *ssh.Client, kept bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shell != nil {
		return s.shell, true, nil
	}
	s.shell, err = s.connect(ctx)
	return s.shell, false, err
}

// forget closes a connection. Conversations that share it fail, and are had again by those who can.
func (s *server) forget(client *ssh.Client) {
	_ = client.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shell == client {
		s.shell = nil
	}
}

// quote makes one word of a path for the shell of the other side.
func quote(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

func (t *sshTalk) advertise(ctx context.Context) (io.ReadCloser, error) {
	return io.NopCloser(spoken{t, ctx}), nil
}

func (t *sshTalk) exchange(ctx context.Context, request []byte) (io.ReadCloser, error) {
	if _, err := t.in.Write(request); err != nil {
		return nil, t.server.failed(ctx, err)
	}
	if err := t.in.Close(); err != nil && !errors.Is(err, io.EOF) {
		return nil, t.server.failed(ctx, err)
	}
	return io.NopCloser(spoken{t, ctx}), nil
}

func (t *sshTalk) close() {
	t.stop()
	if t.session != nil {
		_ = t.session.Close()
	}
}

// spoken is the output of the service; when it ends with nothing said there, the error stream tells why.
type spoken struct {
	talk *sshTalk
	ctx  context.Context
}

func (s spoken) Read(p []byte) (int, error) {
	n, err := s.talk.out.Read(p)
	if n > 0 || err == nil {
		return n, err
	}
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	s.talk.ended.Do(func() { s.talk.await(s.ctx) })
	if text := s.talk.errors.String(); text != "" {
		return 0, s.talk.server.heard(text)
	}
	return 0, err
}

// lastWords is how long the end of a service is waited for once its output has ended.
const lastWords = 2 * time.Second

// await waits for the end of the service: what it says of an error comes by a stream of its own, and may come later
// than the end of its output.
func (t *sshTalk) await(ctx context.Context) {
	done := make(chan struct{})
	go func() { defer close(done); _ = t.session.Wait() }() // how it ended is told by what it said
	select {
	case <-done:
	case <-ctx.Done():
	case <-time.After(lastWords):
	}
}

// head keeps the first kilobytes of an error stream.
type head struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.text.Len() < 4096 {
		h.text.Write(p)
	}
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// connect opens an SSH connection whose host key is proven.
func (s *server) connect(ctx context.Context) (*ssh.Client, error) {
	config, err := s.sshConfig()
	if err != nil {
		return nil, err
	}
	address := s.sshAddress()
	raw, err := (&net.Dialer{Timeout: config.Timeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	_ = raw.SetDeadline(time.Now().Add(30 * time.Second))
	conn, channels, requests, err := ssh.NewClientConn(raw, address, config)
	if err != nil {
		_ = raw.Close()
		return nil, s.failed(ctx, err)
	}
	_ = raw.SetDeadline(time.Time{})
	return ssh.NewClient(conn, channels, requests), nil
}

func (s *server) sshAddress() string {
	port := s.endpoint.Port
	if port == 0 {
		port = 22
	}
	return net.JoinHostPort(strings.Trim(s.endpoint.Host, "[]"), strconv.Itoa(port))
}

func (s *server) failed(ctx context.Context, err error) error {
	switch {
	case refusal(err):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case knownhosts.IsHostKeyChanged(err), knownhosts.IsHostUnknown(err):
		return errHostKey(s.host(), err)
	case strings.Contains(err.Error(), "unable to authenticate"):
		return errRefused(s.host(), err)
	}
	return errUnreachable(s.host(), err)
}

func (s *server) sshConfig() (*ssh.ClientConfig, error) {
	known, err := s.knownHosts()
	if err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{
		User:              firstOf(s.credential.Username, s.endpoint.User, "git"),
		Timeout:           15 * time.Second,
		HostKeyAlgorithms: known.HostKeyAlgorithms(s.sshAddress()),
		HostKeyCallback:   s.believe(known.HostKeyCallback()),
	}
	if s.credential.PrivateKey != "" {
		signer, err := s.credential.signer()
		if err != nil {
			return nil, err
		}
		config.Auth = []ssh.AuthMethod{ssh.PublicKeys(signer)}
	}
	return config, nil
}

func (c Credential) signer() (ssh.Signer, error) {
	key := []byte(strings.TrimSpace(c.PrivateKey) + "\n")
	parse := func() (ssh.Signer, error) { return ssh.ParsePrivateKey(key) }
	if c.Passphrase != "" {
		parse = func() (ssh.Signer, error) { return ssh.ParsePrivateKeyWithPassphrase(key, []byte(c.Passphrase)) }
	}
	signer, err := parse()
	if err != nil {
		return nil, errKey(err)
	}
	return signer, nil
}

// knownHosts reads the keys to believe: the credential's, or else those pinned in the folder.
func (s *server) knownHosts() (*knownhosts.HostKeyDB, error) {
	path := s.pinned()
	if s.credential.KnownHosts != "" {
		file, err := os.CreateTemp("", "known_hosts")
		if err != nil {
			return nil, fmt.Errorf("known hosts: %w", err)
		}
		path = file.Name()
		defer func() { _ = os.Remove(path) }()
		_, err = file.WriteString(strings.TrimSpace(s.credential.KnownHosts) + "\n")
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("known hosts: %w", err)
		}
	} else if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return knownhosts.NewDB()
	}
	known, err := knownhosts.NewDB(path)
	if err != nil {
		return nil, errKnownHosts(err)
	}
	return known, nil
}

func (s *server) pinned() string { return filepath.Join(s.dir, "known_hosts") }

// believe checks a host key. Without a list from the credential the first key of a host is pinned.
func (s *server) believe(check ssh.HostKeyCallback) ssh.HostKeyCallback {
	return func(host string, remote net.Addr, key ssh.PublicKey) error {
		err := check(host, remote, key)
		if s.credential.KnownHosts == "" && knownhosts.IsHostUnknown(err) {
			return s.pin(host, remote, key)
		}
		return err
	}
}

func (s *server) pin(host string, remote net.Addr, key ssh.PublicKey) error {
	return locked(filepath.Join(s.dir, lockName), func() error {
		known, err := os.ReadFile(s.pinned())
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		line := bytes.NewBuffer(known)
		if err := knownhosts.WriteKnownHost(line, host, remote, key); err != nil {
			return err
		}
		return replaceFile(s.pinned(), 0o644, func(w io.Writer) error {
			_, err := w.Write(line.Bytes())
			return err
		})
	})
}

//go:build peers

package processes_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// island is a network namespace with a worker in it, and the link to where the servers are. In the island the servers
// seem to be at the same loopback address as elsewhere; what is sent there crosses the link, which can be cut.
type island struct {
	t         *testing.T
	near, far string // the names of the namespaces: the servers' end, and the island
	link      string // the servers' end of the link
}

// islands counts those of this process, whose names must differ.
var islands atomic.Int32

// The addresses of the link. They are in namespaces of our own.
const (
	nearAddress = "10.213.7.1"
	farAddress  = "10.213.7.2"
)

// settle makes an island from which the address is reached. It needs root and iproute2, which tools/setup brings.
func settle(t *testing.T, address string) *island {
	t.Helper()
	id := fmt.Sprintf("%d%c", os.Getpid(), 'a'+islands.Add(1)%26)
	i := &island{t: t, near: "arpent-near-" + id, far: "arpent-far-" + id, link: "arpn" + id}
	t.Cleanup(func() {
		for _, name := range []string{i.near, i.far} {
			_ = exec.Command("ip", "netns", "del", name).Run()
		}
	})
	other := "arpf" + id
	for _, args := range [][]string{
		{"netns", "add", i.near}, {"netns", "add", i.far},
		{"link", "add", i.link, "netns", i.near, "type", "veth", "peer", "name", other, "netns", i.far},
		{"-n", i.near, "addr", "add", nearAddress + "/30", "dev", i.link}, {"-n", i.near, "link", "set", i.link, "up"},
		{"-n", i.far, "addr", "add", farAddress + "/30", "dev", other}, {"-n", i.far, "link", "set", other, "up"},
		{"-n", i.far, "link", "set", "lo", "up"},
	} {
		ip(t, args...)
	}
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	near, far := net.JoinHostPort(nearAddress, port), net.JoinHostPort("127.0.0.1", port)
	i.pass(i.near, near, func() (net.Conn, error) { return net.Dial("tcp", address) })
	i.pass(i.far, far, func() (conn net.Conn, err error) {
		err = within(i.far, func() error { conn, err = net.Dial("tcp", near); return err })
		return conn, err
	})
	return i
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command("ip", args...).CombinedOutput()
	require.NoError(t, err, "ip %v: %s (it needs root and the package iproute2)", args, out)
}

// cut takes the link down; heal brings it up again.
func (i *island) cut() error {
	return exec.Command("ip", "-n", i.near, "link", "set", i.link, "down").Run()
}

func (i *island) heal() error {
	return exec.Command("ip", "-n", i.near, "link", "set", i.link, "up").Run()
}

// pass listens at an address of a namespace and passes connections on.
func (i *island) pass(namespace, address string, dial func() (net.Conn, error)) {
	i.t.Helper()
	var socket net.Listener
	require.NoError(i.t, within(namespace, func() (err error) {
		socket, err = net.Listen("tcp", address)
		return err
	}))
	i.t.Cleanup(func() { _ = socket.Close() })
	go func() {
		for {
			conn, err := socket.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				on, err := dial()
				if err != nil {
					return
				}
				defer on.Close()
				splice(conn, on)
			}()
		}
	}()
}

// splice copies both ways until one end is closed.
func splice(one, other net.Conn) {
	done := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{one, other}, {other, one}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			done <- struct{}{}
		}()
	}
	<-done
}

// within does something in a network namespace. A socket stays in the namespace where it was made. The thread that was there
// is not used again.
func within(namespace string, something func() error) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		file, err := os.Open("/run/netns/" + namespace)
		if err != nil {
			result <- err
			return
		}
		defer file.Close()
		if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			result <- err
			return
		}
		result <- something()
	}()
	return <-result
}

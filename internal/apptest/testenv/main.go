// Command testenv runs a command with the test servers around it:
//
//	go run ./internal/apptest/testenv [--postgres] [--redis] command [argument…]
//
// With --postgres it makes a fresh database and names it in ARPENT_TEST_DATABASE_URL; with --redis it starts a
// fresh server and names it in ARPENT_TEST_REDIS_URL. Without either it only keeps the PostgreSQL cluster of
// the Go tests from being started anew for every package. When it ends, nothing is left running.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/arpent/arpent/internal/apptest/servers"
)

func main() {
	postgres := flag.Bool("postgres", false, "make a fresh PostgreSQL database")
	redis := flag.Bool("redis", false, "start a fresh Redis server")
	flag.Parse()
	code, err := run(*postgres, *redis, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		code = 1
	}
	os.Exit(code)
}

func run(postgres, redis bool, command []string) (int, error) {
	if len(command) == 0 {
		return 0, errors.New("name the command to run")
	}
	env := os.Environ()
	release, err := servers.Hold()
	if err != nil {
		return 0, err
	}
	defer release()
	if postgres {
		url, drop, err := servers.NewDatabase()
		if err != nil {
			return 0, err
		}
		defer func() { _ = drop() }() // the cluster that holds it ends anyway
		env = append(env, "ARPENT_TEST_DATABASE_URL="+url)
	}
	if redis {
		server, err := servers.NewRedis()
		if err != nil {
			return 0, err
		}
		defer server.Kill()
		env = append(env, "ARPENT_TEST_REDIS_URL="+server.URL)
	}
	return execute(env, command)
}

// execute runs the command to its end. A signal reaches the command too, which decides when that is.
func execute(env, command []string) (int, error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", command[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s)
		case err := <-ended:
			var failed *exec.ExitError
			if errors.As(err, &failed) {
				return max(failed.ExitCode(), 1), nil
			}
			return 0, err
		}
	}
}

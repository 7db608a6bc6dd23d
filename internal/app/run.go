package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// actor is something that goes on beside the requests, under a name of its own.
type actor struct {
	name string
	run  func(context.Context) error
}

func (a *App) actor(name string, run func(context.Context) error) {
	a.actors = append(a.actors, actor{name, run})
}

// Run serves until ctx is done, then stops: first no new requests and no new work, and when the grace is over or
// all is done, nothing. An actor that fails stops the server.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	background, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var tasks sync.WaitGroup
	for _, actor := range a.actors {
		tasks.Go(func() {
			if err := actor.run(background); err != nil && background.Err() == nil {
				stop(fmt.Errorf("%s: %w", actor.name, err))
			}
		})
	}
	tasks.Go(func() {
		if err := a.server.Serve(a.listener, a.web()); err != nil {
			stop(fmt.Errorf("serve: %w", err))
		}
	})
	a.welcome()
	<-ctx.Done()
	a.stop()
	cut()
	tasks.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// stop waits for what runs, at most for the grace.
func (a *App) stop() {
	a.Log.Info("stopping", "grace", a.Config.ShutdownGrace)
	ctx, cancel := context.WithTimeout(context.Background(), a.Config.ShutdownGrace)
	defer cancel()
	if err := a.server.Stop(ctx); err != nil {
		a.Log.Warn("requests were cut", "error", err)
	}
}

// welcome tells people where to click, and what they are told only once.
func (a *App) welcome() {
	fmt.Fprintf(a.Out, "\nArpent %s is at %s\n", Version, a.URL())
	for _, note := range a.notes {
		fmt.Fprintln(a.Out, note)
	}
	fmt.Fprintln(a.Out)
	a.notes = nil
}

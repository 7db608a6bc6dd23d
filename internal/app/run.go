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
	var tasks, work sync.WaitGroup
	begin := func(group *sync.WaitGroup, life context.Context, actor actor) {
		group.Go(func() {
			if err := actor.run(life); err != nil && life.Err() == nil {
				stop(fmt.Errorf("%s: %w", actor.name, err))
			}
		})
	}
	begin(&tasks, background, actor{"server", func(context.Context) error { return a.server.Serve(a.listener, a.handler) }})
	for _, actor := range a.actors {
		begin(&tasks, background, actor)
	}
	for _, actor := range a.workers {
		begin(&work, ctx, actor)
	}
	a.welcome()
	<-ctx.Done()
	a.server.Leave()
	a.Log.Info("stopping", "grace", a.Config.ShutdownGrace)
	work.Wait() // runs use the state backend and the log until their end
	a.stopServer()
	cut()
	tasks.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// stopServer waits for requests, at most for the grace.
func (a *App) stopServer() {
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

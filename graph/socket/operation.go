package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// start begins an operation under its id.
func (c *connection) start(ctx context.Context, m message) error {
	if m.ID == "" {
		return closing{codeBadMessage, "Invalid message"}
	}
	params := &graphql.RawParams{Headers: c.headers}
	decoder := json.NewDecoder(bytes.NewReader(m.Payload))
	decoder.UseNumber()
	if err := decoder.Decode(params); err != nil {
		return closing{codeBadMessage, "Invalid message"}
	}
	running, cancel := context.WithCancel(ctx)
	o := &operation{id: m.ID, cancel: cancel}
	if full, err := c.register(o); err != nil || full {
		cancel()
		if full {
			return c.fail(ctx, m.ID, limited(c.MaxSubscriptions))
		}
		return err
	}
	c.tasks.Go(func() {
		defer c.forget(o)
		c.run(running, ctx, m.ID, params)
	})
	return nil
}

// operation is one that runs.
type operation struct {
	id     string
	cancel context.CancelFunc
}

// register claims the id; full tells that the client has as many operations as it may.
func (c *connection) register(o *operation) (full bool, err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, taken := c.active[o.id]; taken {
		return false, closing{codeSubscriberTaken, "Subscriber for " + cut(o.id) + " already exists"}
	}
	if c.MaxSubscriptions > 0 && len(c.active) >= c.MaxSubscriptions {
		return true, nil
	}
	c.active[o.id] = o
	return false, nil
}

// stop ends the operation with an id, if there is one; the id may be used again.
func (c *connection) stop(id string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if o := c.active[id]; o != nil {
		o.cancel()
		delete(c.active, id)
	}
}

// forget ends an operation without touching one that has its id by now.
func (c *connection) forget(o *operation) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	o.cancel()
	if c.active[o.id] == o {
		delete(c.active, o.id)
	}
}

// run carries an operation to its end: running ends with it, whole with the connection.
func (c *connection) run(running, whole context.Context, id string, params *graphql.RawParams) {
	ctx := graphql.StartOperationTrace(running)
	defer c.recover(whole, id)
	operation, errs := c.exec.CreateOperationContext(ctx, params)
	if errs != nil {
		response := c.exec.DispatchError(graphql.WithOperationContext(ctx, operation), errs)
		_ = c.fail(whole, id, response.Errors)
		return
	}
	responses, ctx := c.exec.DispatchOperation(ctx, operation)
	for {
		response := responses(ctx)
		if response == nil {
			break
		}
		if c.next(whole, id, response) != nil {
			return
		}
	}
	if running.Err() == nil {
		_ = c.write(whole, message{ID: id, Type: "complete"}) // who is gone has no use for it
	}
}

// recover ends an operation that panics: over HTTP the server does that, here nobody would, and the process would end.
func (c *connection) recover(ctx context.Context, id string) {
	p := recover()
	if p == nil {
		return
	}
	shown := gqlerror.Errorf("internal error")
	if c.Recover != nil {
		shown = c.Recover(ctx, p)
	}
	_ = c.fail(ctx, id, gqlerror.List{shown}) // who is gone has no use for it
}

// next sends an answer. One without errors is sent as it was written: ten thousand subscribers are told the same at once.
func (c *connection) next(ctx context.Context, id string, response *graphql.Response) error {
	if len(response.Errors) == 0 && len(response.Extensions) == 0 && len(response.Data) > 0 {
		name, err := json.Marshal(id)
		if err != nil {
			return err
		}
		return c.send(ctx, slices.Concat([]byte(`{"id":`), name, []byte(`,"type":"next","payload":{"data":`), response.Data, []byte("}}")))
	}
	payload, err := json.Marshal(response)
	if err != nil {
		return err
	}
	return c.write(ctx, message{ID: id, Type: "next", Payload: payload})
}

func (c *connection) fail(ctx context.Context, id string, errs gqlerror.List) error {
	payload, err := json.Marshal(errs)
	if err != nil {
		return err
	}
	return c.write(ctx, message{ID: id, Type: "error", Payload: payload})
}

func limited(most int) gqlerror.List {
	return gqlerror.List{{
		Message:    fmt.Sprintf("A connection has at most %d operations at once.", most),
		Extensions: map[string]any{"code": "LIMITED", "limit": map[string]any{"name": "operations", "max": most, "asked": most + 1}},
	}}
}

// cut keeps a reason within what a close frame can carry.
func cut(id string) string {
	if len(id) > 64 {
		return id[:64]
	}
	return id
}

package provision

import (
	"context"
	"errors"
	"time"

	"github.com/arpent/arpent/internal/queue"
)

// tails carries the pieces of living logs to those who follow them.
type tails struct{ engine *Engine }

func newTails(e *Engine) *tails { return &tails{engine: e} }

// tell hands a stored piece to the followers on every replica. What is too large for a note, or lost, they read.
func (t *tails) tell(ctx context.Context, runID string, offset int64, piece []byte) {
	note := encodeNote(offset, piece)
	if len(note) > queue.MaxPayload {
		note = encodeNote(offset, nil)
	}
	if err := t.engine.Broadcast.Publish(ctx, logChannel(runID), note); err != nil {
		t.engine.Log.Debug("a log's bell was not rung, followers poll", "run", runID, "error", err)
	}
}

// FollowLog returns the log from a position on, and what is added, until the run has ended or ctx is done; then the
// channel is closed. The pieces join without gaps or doubles. The viewer must see the run.
func (e *Engine) FollowLog(ctx context.Context, runID string, after int64) (<-chan *Piece, error) {
	if _, err := e.ReadLog(ctx, runID, after, 1); err != nil {
		return nil, err
	}
	out := make(chan *Piece)
	f := &logFollower{
		engine: e, runID: runID, next: after, out: out,
		pieces: e.Broadcast.Listen(logChannel(runID)), bell: e.Broadcast.Listen(runChannel(runID)),
	}
	go func() {
		defer close(out)
		defer f.pieces.Close()
		defer f.bell.Close()
		if err := f.follow(ctx); err != nil && !errors.Is(err, context.Canceled) {
			e.Log.Warn("a follower of a log was dropped", "run", runID, "error", err)
		}
	}()
	return out, nil
}

// logFollower is one reader of one log.
type logFollower struct {
	engine   *Engine
	runID    string
	pieces   *queue.Listener // hears each piece
	bell     *queue.Listener // hears that the run has changed
	next     int64
	complete bool
	out      chan<- *Piece
}

// follow reads what is stored, then waits for notes. A note that joins on is passed without asking the database;
// any other means that something is missing, and is read.
func (f *logFollower) follow(ctx context.Context) error {
	for {
		if err := f.catchUp(ctx); err != nil || f.complete {
			return err
		}
		if err := f.listen(ctx); err != nil {
			return err
		}
	}
}

// listen passes notes as long as they join on.
func (f *logFollower) listen(ctx context.Context) error {
	for {
		note, ok := f.wait(ctx)
		if !ok {
			return ctx.Err() // time to look, or the end
		}
		offset, piece, decoded := decodeNote(note.Payload)
		switch {
		case note.Gap || !decoded || offset > f.next || len(piece) == 0 || len(wholeRunes(piece)) != len(piece):
			return nil
		case offset < f.next && offset+int64(len(piece)) <= f.next:
			continue // read already
		case offset < f.next:
			return nil
		}
		if err := f.send(ctx, &Piece{Offset: offset, Next: offset + int64(len(piece)), Text: string(piece)}); err != nil {
			return err
		}
	}
}

// wait waits for a note, at most followPoll. Of the run's bell only that it rang matters, and is said as a gap.
func (f *logFollower) wait(ctx context.Context) (queue.Note, bool) {
	timer := time.NewTimer(followPoll)
	defer timer.Stop()
	for {
		if note, said := f.pieces.Take(); said {
			return note, true
		}
		if _, rang := f.bell.Take(); rang {
			f.bell.Skip()
			return queue.Note{Gap: true}, true
		}
		select {
		case <-f.pieces.Ready():
		case <-f.bell.Ready():
		case <-timer.C:
			return queue.Note{}, false
		case <-ctx.Done():
			return queue.Note{}, false
		}
	}
}

// catchUp reads from the database until there is no more.
func (f *logFollower) catchUp(ctx context.Context) error {
	for {
		r, err := f.engine.DB.Client(ctx).Run.Get(asEngine(ctx), f.runID)
		if err != nil {
			return err
		}
		piece, err := f.engine.readLog(asEngine(ctx), r, f.next, 64<<10)
		if err != nil {
			return err
		}
		if piece.Next == f.next && !piece.Complete {
			return nil
		}
		if err := f.send(ctx, &piece); err != nil || piece.Complete {
			return err
		}
	}
}

func (f *logFollower) send(ctx context.Context, piece *Piece) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case f.out <- piece:
		f.next, f.complete = piece.Next, piece.Complete
		return nil
	}
}

package provision

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/runlog"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/worker"
)

// Piece is a part of a run's log. Offset counts the bytes before it, Next those before what follows it. Complete
// says that the run has ended and nothing follows.
type Piece struct {
	Offset, Next int64
	Text         string
	Complete     bool
}

// most is the size of the pieces that are read and of those that are stored compressed.
const most = 1 << 20

// rawOnce is how many small pieces are put together at once.
const rawOnce = 256

// scrap is the size below which a piece that is alone is left as it is: compressed it takes no less room.
const scrap = 1 << 10

// Log stores a piece of the log that begins where the log ends; one that is there already is ignored. Within a transaction it
// is stored with it.
func (b backend) Log(ctx context.Context, lease worker.Lease, offset int64, piece []byte) error {
	if len(piece) == 0 {
		return nil
	}
	if err := b.verify(lease); err != nil {
		return err
	}
	ctx = asEngine(ctx)
	err := b.store.Tx(ctx, func(ctx context.Context) error {
		ends := heldUnder(lease.RunID, lease.Number)
		ends.LogSize = &offset
		if err := b.must(ctx, ends, Patch{LogSize: int64(len(piece))}); err != nil {
			return err
		}
		return b.store.AddPiece(ctx, rawPiece(lease.RunID, offset, piece))
	})
	if isMoved(err) {
		return b.there(ctx, lease, offset, len(piece))
	}
	if err != nil {
		return err
	}
	b.store.AfterCommit(ctx, func() {
		b.numbers.logBytes.Add(float64(len(piece)))
		b.bells.Logged(b.store.Detach(ctx), lease.RunID, offset, piece)
	})
	return nil
}

func rawPiece(runID string, offset int64, data []byte) *ent.RunLog {
	return &ent.RunLog{RunID: runID, Position: offset, Size: int64(len(data)), Codec: runlog.CodecRAW, Data: data}
}

// there accepts a piece that was stored by an earlier try of the same call.
func (b backend) there(ctx context.Context, lease worker.Lease, offset int64, size int) error {
	r, err := b.held(ctx, lease)
	if err != nil {
		return err
	}
	if r.LogSize >= offset+int64(size) {
		return nil
	}
	return fault.New(fault.Conflict, fault.Text{
		EN: "The log of run %s ends at %d, the piece begins at %d.", FR: "Le journal de l’exécution %s s’arrête à %d, le fragment commence à %d.",
	}, r.ID, r.LogSize, offset)
}

// ReadLog returns what a log holds from a position on: at most limit bytes, whole characters. The viewer must see
// the run.
func (l *Life) ReadLog(ctx context.Context, runID string, after, limit int64) (Piece, error) {
	r, err := l.store.Get(ctx, runID)
	if err != nil {
		return Piece{}, database.Fault(err)
	}
	if after < 0 || limit < 1 || limit > most {
		return Piece{}, fault.New(fault.Limited, fault.Text{
			EN: "A piece of a log has 1 to %d bytes and begins at 0 or later.", FR: "Un fragment de journal compte de 1 à %d octets et commence à 0 ou plus loin.",
		}, most).At("limit")
	}
	return l.readLog(asEngine(ctx), r, after, limit)
}

func (l *Life) readLog(ctx context.Context, r *ent.Run, after, limit int64) (Piece, error) {
	final := stateOf(r).Final()
	data, err := l.logBytes(ctx, r.ID, after, min(limit, r.LogSize-after))
	if err != nil {
		return Piece{}, err
	}
	ends := after+int64(len(data)) >= r.LogSize
	if !final || !ends {
		data = wholeRunes(data)
	}
	next := after + int64(len(data))
	return Piece{Offset: after, Next: next, Text: string(data), Complete: final && next >= r.LogSize}, nil
}

// logBytes reads stored pieces from a position on.
func (l *Life) logBytes(ctx context.Context, runID string, after, limit int64) ([]byte, error) {
	var data []byte
	for int64(len(data)) < limit {
		position := after + int64(len(data))
		piece, err := l.store.PieceAt(ctx, runID, position)
		if err != nil {
			return nil, err
		}
		if piece == nil {
			return data, nil
		}
		bytes, err := decompressed(piece)
		if err != nil {
			return nil, err
		}
		if position >= piece.Position+piece.Size {
			return data, nil
		}
		data = append(data, bytes[position-piece.Position:]...)
	}
	return data[:max(0, min(int64(len(data)), limit))], nil
}

var (
	compressor, _   = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)) // fails only for bad options
	decompressor, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*most))
)

func decompressed(piece *ent.RunLog) ([]byte, error) {
	if piece.Codec == runlog.CodecRAW {
		return piece.Data, nil
	}
	data, err := decompressor.DecodeAll(piece.Data, make([]byte, 0, piece.Size))
	if err != nil || int64(len(data)) != piece.Size {
		return nil, fmt.Errorf("log of run %s at %d is damaged: %w", piece.RunID, piece.Position, err)
	}
	return data, nil
}

// wholeRunes leaves out a character that is cut at the end.
func wholeRunes(data []byte) []byte {
	for cut := 1; cut < utf8.UTFMax && cut <= len(data); cut++ {
		if last := data[len(data)-cut:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return data[:len(data)-cut]
			}
			return data
		}
	}
	return data
}

// compactLater puts the small pieces of an attempt together, off the path of its worker.
func (l *Life) compactLater(runID string) {
	l.background.Add(1)
	l.clock.Go(func() {
		defer l.background.Done()
		ctx, cancel := l.clock.Timeout(asEngine(context.Background()), time.Minute)
		defer cancel()
		if err := l.compact(ctx, runID); err != nil {
			l.log.Warn("a log was not compacted", "run", runID, "error", err)
		}
	})
}

// compact replaces neighbouring raw pieces by compressed ones of up to a mebibyte.
func (l *Life) compact(ctx context.Context, runID string) error {
	for {
		done := false
		err := l.store.Tx(ctx, func(ctx context.Context) error {
			raw, err := l.store.RawPieces(ctx, runID, rawOnce)
			if err != nil || len(raw) == 0 || len(raw) == 1 && raw[0].Size < scrap {
				done = true
				return err
			}
			pieces := together(raw)
			done = len(pieces) == len(raw) && len(raw) < rawOnce
			return l.store.ReplacePieces(ctx, pieces, compressed(pieces))
		})
		if err != nil || done {
			return err
		}
	}
}

// together takes pieces from the front that are neighbours and fit into one.
func together(raw []*ent.RunLog) []*ent.RunLog {
	size := raw[0].Size
	for i, piece := range raw[1:] {
		size += piece.Size
		if size > most || piece.Position != raw[i].Position+raw[i].Size {
			return raw[:i+1]
		}
	}
	return raw
}

// compressed is one piece that holds what neighbours hold.
func compressed(pieces []*ent.RunLog) *ent.RunLog {
	var data []byte
	for _, piece := range pieces {
		data = append(data, piece.Data...)
	}
	whole := rawPiece(pieces[0].RunID, pieces[0].Position, data)
	whole.Codec, whole.Data = runlog.CodecZSTD, compressor.EncodeAll(data, nil)
	return whole
}

// note is a piece as it travels between replicas: its offset and its bytes.
func encodeNote(offset int64, piece []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(offset)), piece...)
}

func decodeNote(note []byte) (offset int64, piece []byte, ok bool) {
	if len(note) < 8 {
		return 0, nil, false
	}
	return int64(binary.BigEndian.Uint64(note)), note[8:], true
}

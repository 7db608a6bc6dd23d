package worker

import (
	"fmt"
	"os"
)

// maxMemory is how much log waits in memory; what comes beyond waits on disk.
const maxMemory = 1 << 20

// backlog is the log that was not sent yet, in order. It is not safe for several goroutines.
type backlog struct {
	memory      []byte
	spool       *os.File // opened when it is needed, and without a name: it is gone with the process, however that ends
	read, wrote int64
}

func (b *backlog) open() error {
	file, err := os.CreateTemp("", "arpent-log-*")
	if err != nil {
		return fmt.Errorf("spool of the log: %w", err)
	}
	b.spool = file
	return os.Remove(file.Name())
}

func (b *backlog) close() error {
	if b.spool == nil {
		return nil
	}
	return b.spool.Close()
}

func (b *backlog) size() int64 { return int64(len(b.memory)) + b.wrote - b.read }

func (b *backlog) empty() bool { return b.size() == 0 }

// add appends. Once something waits on disk, all that follows does, so the order stays.
func (b *backlog) add(p []byte) error {
	if b.read == b.wrote && len(b.memory)+len(p) <= maxMemory {
		b.memory = append(b.memory, p...)
		return nil
	}
	if b.spool == nil {
		if err := b.open(); err != nil {
			return err
		}
	}
	n, err := b.spool.WriteAt(p, b.wrote)
	b.wrote += int64(n)
	if err != nil {
		return fmt.Errorf("spool of the log: %w", err)
	}
	return nil
}

// take removes up to limit bytes from the front.
func (b *backlog) take(limit int) ([]byte, error) {
	if len(b.memory) > 0 {
		n := min(limit, len(b.memory))
		piece := b.memory[:n:n]
		if b.memory = b.memory[n:]; len(b.memory) == 0 {
			b.memory = nil
		}
		return piece, nil
	}
	if b.read == b.wrote {
		return nil, nil
	}
	piece := make([]byte, min(int64(limit), b.wrote-b.read))
	if _, err := b.spool.ReadAt(piece, b.read); err != nil {
		b.read = b.wrote
		return nil, fmt.Errorf("spool of the log: %w", err)
	}
	b.read += int64(len(piece))
	if b.read < b.wrote {
		return piece, nil
	}
	b.read, b.wrote = 0, 0
	return piece, b.spool.Truncate(0)
}

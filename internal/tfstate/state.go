package tfstate

import (
	"bytes"
	"crypto/md5" //nolint:gosec // it is what Content-MD5 is made of; nothing rests on it
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/arpent/arpent/internal/fault"
)

// maxLineage bounds a state's lineage, which the engines make a UUID of 36 characters.
const maxLineage = 256

// summary is what we know of a state.
type summary struct {
	Serial    int64
	Lineage   string
	Resources int // instances of resources; what is only looked up does not count

	serialFrom, serialTo int64 // where the serial stands: from behind its name to the end of its value
}

// intake is a state that was received: compressed, and known by its sums.
type intake struct {
	summary
	compressed []byte
	size       int64
	sha256     string
	md5        [md5.Size]byte
}

// receive reads a state of at most limit bytes. It compresses and sums it on the way and never holds it whole, but
// for its largest resource.
func receive(body io.Reader, limit int64) (intake, error) {
	var compressed bytes.Buffer
	packer := packers.Get().(*zstd.Encoder)
	defer packers.Put(packer)
	packer.Reset(&compressed)
	long, short, size := sha256.New(), md5.New(), &counter{limit: limit} //nolint:gosec // see the import
	known, err := summarize(io.TeeReader(body, io.MultiWriter(size, long, short, packer)))
	if err := errors.Join(err, packer.Close()); err != nil {
		return intake{}, refusal(err, limit)
	}
	return intake{
		summary: known, compressed: compressed.Bytes(), size: size.n,
		sha256: hex.EncodeToString(long.Sum(nil)), md5: [md5.Size]byte(short.Sum(nil)),
	}, nil
}

// errTooLarge ends the reading of a state that is too large.
var errTooLarge = errors.New("too large")

func refusal(err error, limit int64) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errTooLarge):
		return fault.New(fault.Limited, tooLarge, limit>>20)
	case errors.Is(err, errNotAState), errors.As(err, &syntax), errors.As(err, &mismatch):
		return fault.New(fault.Invalid, notAState).Because(err)
	}
	return fault.New(fault.Invalid, cut).Because(err)
}

// counter counts bytes up to a limit.
type counter struct{ n, limit int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	if c.n > c.limit {
		return 0, errTooLarge
	}
	return len(p), nil
}

var errNotAState = errors.New("not a state")

// summarize reads a state to its end and keeps what we need to know of it.
func summarize(body io.Reader) (summary, error) {
	known := summary{Serial: -1}
	decoder := json.NewDecoder(body)
	if err := expect(decoder, json.Delim('{')); err != nil {
		return known, err
	}
	for decoder.More() {
		if err := known.entry(decoder); err != nil {
			return known, err
		}
	}
	if err := expect(decoder, json.Delim('}')); err != nil {
		return known, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return known, errors.Join(errNotAState, err)
	}
	if known.Serial < 0 || known.Lineage == "" || len(known.Lineage) > maxLineage {
		return known, fmt.Errorf("%w: serial %d, lineage %q", errNotAState, known.Serial, known.Lineage)
	}
	return known, nil
}

func expect(decoder *json.Decoder, want json.Token) error {
	if token, err := decoder.Token(); err != nil || token != want {
		return errors.Join(err, fmt.Errorf("%w: %v where %v should be", errNotAState, token, want))
	}
	return nil
}

func (k *summary) entry(decoder *json.Decoder) error {
	name, err := decoder.Token()
	if err != nil {
		return err
	}
	switch name {
	case "serial":
		return k.readSerial(decoder)
	case "lineage":
		return decoder.Decode(&k.Lineage)
	case "resources":
		return k.countResources(decoder)
	}
	var ignored struct{}
	return lenient(decoder.Decode(&ignored))
}

func (k *summary) readSerial(decoder *json.Decoder) error {
	var serial uint64
	k.serialFrom = decoder.InputOffset()
	if err := decoder.Decode(&serial); err != nil {
		return err
	}
	if serial >= math.MaxInt64 {
		return fmt.Errorf("%w: serial %d", errNotAState, serial)
	}
	k.Serial, k.serialTo = int64(serial), decoder.InputOffset()
	return nil
}

func (k *summary) countResources(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil || token == nil {
		return err // resources may be null
	}
	if token != json.Delim('[') {
		return fmt.Errorf("%w: resources are no list", errNotAState)
	}
	for decoder.More() {
		var resource struct {
			Mode      string     `json:"mode"`
			Instances []struct{} `json:"instances"`
		}
		if err := decoder.Decode(&resource); err != nil {
			return err
		}
		if resource.Mode == "managed" {
			k.Resources += len(resource.Instances)
		}
	}
	return expect(decoder, json.Delim(']'))
}

// lenient forgives that an ignored value is not of the type that it was ignored as.
func lenient(err error) error {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return nil
	}
	return err
}

// withSerial is a state with another serial and nothing else changed.
func withSerial(plain []byte, known summary, serial int64) []byte {
	var out bytes.Buffer
	out.Grow(len(plain) + 20)
	out.Write(plain[:known.serialFrom])
	fmt.Fprintf(&out, ": %d", serial)
	out.Write(plain[known.serialTo:])
	return out.Bytes()
}

// packers are used again, since one costs more than most states.
var packers = sync.Pool{New: func() any {
	return must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(window)))
}}

var unpackers = sync.Pool{New: func() any {
	return must(zstd.NewReader(strings.NewReader(""), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window)))
}}

// window is how far compression looks back; it is what packing and unpacking need in memory.
const window = 4 << 20

// unpack writes what was compressed.
func unpack(to io.Writer, compressed []byte) error {
	unpacker := unpackers.Get().(*zstd.Decoder)
	defer unpackers.Put(unpacker)
	if err := unpacker.Reset(bytes.NewReader(compressed)); err != nil {
		return err
	}
	_, err := unpacker.WriteTo(to)
	return err
}

// must is for what only fails with options that are wrong.
func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}

package scalar

import (
	"io"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalTime writes a time as RFC 3339 has it. It does without the quoting of any text that gqlgen's own goes through:
// a page has hundreds of times.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		text := make([]byte, 0, len(time.RFC3339Nano)+2)
		text = append(text, '"')
		text = t.AppendFormat(text, time.RFC3339Nano)
		_, _ = w.Write(append(text, '"'))
	})
}

// UnmarshalTime takes what gqlgen's own takes.
func UnmarshalTime(value any) (time.Time, error) { return graphql.UnmarshalTime(value) }

package observe

import (
	"context"
	"io"
	"log/slog"
)

type tagsKey struct{}

// tag is one thing that every line about ctx says; the tags of a context are a list.
type tag struct {
	attr   slog.Attr
	before *tag
}

// Tag returns a context whose log lines say key=value.
func Tag(ctx context.Context, key, value string) context.Context {
	before, _ := ctx.Value(tagsKey{}).(*tag)
	return context.WithValue(ctx, tagsKey{}, &tag{attr: slog.String(key, value), before: before})
}

// Logger writes lines as text, or as JSON when format says so, and adds what the context of a line knows: its tags and
// its trace.
func Logger(w io.Writer, format string, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(tagging{slog.NewJSONHandler(w, options)})
	}
	return slog.New(tagging{slog.NewTextHandler(w, options)})
}

// tagging adds tags; what a line says itself it says once.
type tagging struct{ slog.Handler }

// Handle implements slog.Handler.
func (t tagging) Handle(ctx context.Context, record slog.Record) error {
	tags, _ := ctx.Value(tagsKey{}).(*tag)
	id := TraceID(ctx)
	if tags == nil && id == "" {
		return t.Handler.Handle(ctx, record)
	}
	said := map[string]bool{}
	record.Attrs(func(a slog.Attr) bool { said[a.Key] = true; return true })
	record = record.Clone()
	for ; tags != nil; tags = tags.before {
		if !said[tags.attr.Key] {
			record.AddAttrs(tags.attr)
			said[tags.attr.Key] = true
		}
	}
	if id != "" {
		record.AddAttrs(slog.String("trace", id))
	}
	return t.Handler.Handle(ctx, record)
}

// WithAttrs implements slog.Handler.
func (t tagging) WithAttrs(attrs []slog.Attr) slog.Handler {
	return tagging{t.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (t tagging) WithGroup(name string) slog.Handler { return tagging{t.Handler.WithGroup(name)} }

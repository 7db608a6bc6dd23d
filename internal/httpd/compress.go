package httpd

import (
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// worthwhile is the size from which an answer is compressed: below it costs more than it saves.
const worthwhile = 4 << 10

var gzipWriters = sync.Pool{New: func() any {
	writer, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one that exists
	return writer
}}

// compressed gzips answers that are written in one piece, as those of GraphQL are. Streams pass as they are.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream := r.Header.Get("Upgrade") != "" || strings.Contains(r.Header.Get("Accept"), "text/event-stream")
		if stream || !accepts(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Accept-Encoding")
		next.ServeHTTP(&compressor{ResponseWriter: w}, r)
	})
}

// compressor holds the status back until the first piece tells whether to compress it.
type compressor struct {
	http.ResponseWriter
	status  int
	written bool
}

func (c *compressor) WriteHeader(status int) { c.status = status }

func (c *compressor) Write(p []byte) (int, error) {
	header := c.Header()
	if c.written || len(p) < worthwhile || header.Get("Content-Encoding") != "" {
		c.begin()
		return c.ResponseWriter.Write(p)
	}
	header.Set("Content-Encoding", "gzip")
	header.Del("Content-Length")
	c.begin()
	writer := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(writer)
	writer.Reset(c.ResponseWriter)
	if _, err := writer.Write(p); err != nil {
		return 0, err
	}
	return len(p), writer.Close()
}

func (c *compressor) begin() {
	if !c.written && c.status != 0 {
		c.ResponseWriter.WriteHeader(c.status)
	}
	c.written = true
}

func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

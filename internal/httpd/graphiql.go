package httpd

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed graphiql
var graphiqlFiles embed.FS

// graphiqlPolicy allows the page its own files and the server's /graphql, and nothing of anybody else.
const graphiqlPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// graphiql serves the page on which people try queries. It is whole: nothing comes from another host.
func graphiql() http.Handler {
	files, err := fs.Sub(graphiqlFiles, "graphiql")
	if err != nil {
		panic("graphiql: " + err.Error()) // only for an invalid path
	}
	known := &portal{files: files}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/graphiql")
		if name = strings.TrimPrefix(name, "/"); name == "" {
			name = "index.html"
		}
		found := known.find(name)
		if found == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", graphiqlPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		found.serve(w, r)
	})
}

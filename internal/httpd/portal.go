package httpd

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed absent.html
var absentPage []byte

// portal serves the files of the built portal. Paths that are no file are pages of the portal's own router.
type portal struct {
	files  fs.FS
	policy string
	cache  sync.Map // path → *asset
}

// asset is a file in the encodings it is sent in. Each is made once, when it is first asked for.
type asset struct {
	kind, tag   string
	plain       []byte
	gzip, br    func() []byte
	neverEncode bool
}

func newPortal(files fs.FS) http.Handler {
	if files == nil {
		return http.HandlerFunc(absentPortal)
	}
	p := &portal{files: files}
	p.policy = policyFor(p.index())
	return p
}

func (p *portal) index() []byte {
	page, err := fs.ReadFile(p.files, "index.html")
	if err != nil {
		return absentPage
	}
	return page
}

// absentPortal says, where the portal would be, how to get it.
func absentPortal(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(absentPage)
}

var inlineScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// policyFor allows what the portal's page needs: its own files, the inline scripts of its index by their hash, and
// inline styles, which its component library sets on elements.
func policyFor(index []byte) string {
	scripts := "script-src 'self'"
	for _, match := range inlineScript.FindAllSubmatch(index, -1) {
		sum := sha256.Sum256(match[1])
		scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; " + scripts + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
		"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	found := p.find(name)
	switch {
	case found == nil && strings.HasPrefix(name, "assets/"):
		http.NotFound(w, r) // an old page that asks for a file of another version must not get a page
		return
	case found == nil:
		name, found = "index.html", p.find("index.html")
	}
	w.Header().Set("Content-Security-Policy", p.policy)
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // its name holds its hash
	}
	found.serve(w, r)
}

func (p *portal) find(name string) *asset {
	if known, ok := p.cache.Load(name); ok {
		return known.(*asset)
	}
	content, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil // names that are not there are not remembered: anybody can invent them
	}
	made, _ := p.cache.LoadOrStore(name, newAsset(name, content))
	return made.(*asset)
}

func newAsset(name string, content []byte) *asset {
	sum := sha256.Sum256(content)
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = http.DetectContentType(content)
	}
	return &asset{
		kind: kind, tag: `"` + hex.EncodeToString(sum[:8]), plain: content,
		gzip: sync.OnceValue(func() []byte { return gzipped(content) }),
		br:   sync.OnceValue(func() []byte { return brotlied(content) }),
		// Fonts and pictures are compressed already.
		neverEncode: strings.HasPrefix(kind, "font/woff") || strings.HasPrefix(kind, "image/png") || len(content) < 1024,
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	body, encoding := a.plain, ""
	if accepted := r.Header.Get("Accept-Encoding"); !a.neverEncode {
		switch {
		case accepts(accepted, "br"):
			body, encoding = a.br(), "br"
		case accepts(accepted, "gzip"):
			body, encoding = a.gzip(), "gzip"
		}
	}
	w.Header().Set("Vary", "Accept-Encoding")
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("ETag", a.tag+encoding+`"`)
	if r.Header.Get("If-None-Match") == a.tag+encoding+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		w.Header().Set("Content-Encoding", encoding)
	}
	_, _ = w.Write(body)
}

// accepts tells whether an Accept-Encoding names an encoding and does not refuse it.
func accepts(header, encoding string) bool {
	for _, part := range strings.Split(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == encoding {
			return strings.ReplaceAll(strings.TrimSpace(quality), " ", "") != "q=0"
		}
	}
	return false
}

func gzipped(content []byte) []byte {
	var out bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one that exists
	_, _ = writer.Write(content)                                 // a buffer takes everything
	_ = writer.Close()
	return out.Bytes()
}

func brotlied(content []byte) []byte {
	var out bytes.Buffer
	writer := brotli.NewWriterLevel(&out, 9)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return out.Bytes()
}

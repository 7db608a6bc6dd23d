package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/ent/template"
	"github.com/arpent/arpent/ent/templatecontent"
	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/database"
	"github.com/arpent/arpent/internal/journal"
	"github.com/arpent/arpent/internal/secret"
)

// actor is who reads and writes the stored templates.
const actor = "catalog"

// BuiltinURL is the address of the library that ships with Arpent.
const BuiltinURL = "builtin:"

// Config is what a Service needs.
type Config struct {
	DB      *database.DB
	Journal *journal.Journal
	Keyring *secret.Keyring
	Dir     string // caches of the libraries' git repositories
	Builtin fs.FS  // the library that ships
	// LocalDirs are the folders of the server below which repositories may be libraries; none, unless they are named.
	LocalDirs []string
	Log       *slog.Logger
}

// Service stores libraries and their templates.
type Service struct {
	Config
	contents contentCache
}

// New makes a Service.
func New(config Config) *Service { return &Service{Config: config} }

// Content is everything that rendering a template takes.
type Content struct {
	Template  Template
	Schema    json.RawMessage // of the template's inputs
	Providers []Provider      // the configurations that it needs, by name
	Library   string
	Version   string
	Branch    string
	Tag       string
	size      int
}

// Content opens a stored template. It never changes, so it is kept in memory for a while.
func (s *Service) Content(ctx context.Context, templateID string) (Content, error) {
	if content, ok := s.contents.get(templateID); ok {
		return content, nil
	}
	ctx = access.As(ctx, actor)
	row, err := s.DB.Client(ctx).Template.Query().Where(template.ID(templateID)).WithLibrary().Only(ctx)
	if err != nil {
		return Content{}, database.Fault(err)
	}
	stored, err := s.DB.Client(ctx).TemplateContent.Query().Where(templatecontent.TemplateID(templateID)).Only(ctx)
	if err != nil {
		return Content{}, database.Fault(err)
	}
	content, err := open(row, stored.Files)
	if err != nil {
		return Content{}, fmt.Errorf("open template %s: %w", templateID, err)
	}
	s.contents.put(templateID, content)
	return content, nil
}

// open reads an archive again the way it was read when it was stored.
func open(row *ent.Template, packed []byte) (Content, error) {
	files, err := unpack(packed)
	if err != nil {
		return Content{}, err
	}
	library, problems := ReadLibrary(files)
	for _, t := range library.Templates {
		if t.Name != row.Name {
			continue
		}
		spec := SpecOf(row)
		content := Content{
			Template: t, Schema: t.Schema(), Library: row.Edges.Library.Name, Version: row.Version, Branch: spec.Branch, Tag: spec.Tag, size: len(packed),
		}
		for _, name := range t.Providers {
			content.Providers = append(content.Providers, library.Providers[name])
		}
		return content, nil
	}
	return Content{}, fmt.Errorf("it cannot be read any more: %v", problems)
}

// maxCached bounds the archives whose contents are in memory, in compressed bytes.
const maxCached = 32 << 20

// contentCache keeps what was opened last.
type contentCache struct {
	mutex    sync.Mutex
	contents map[string]Content
	order    []string
	size     int
}

func (c *contentCache) get(id string) (Content, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	content, ok := c.contents[id]
	return content, ok
}

func (c *contentCache) put(id string, content Content) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, ok := c.contents[id]; ok {
		return
	}
	if c.contents == nil {
		c.contents = map[string]Content{}
	}
	c.contents[id], c.order, c.size = content, append(c.order, id), c.size+content.size
	for c.size > maxCached && len(c.order) > 1 {
		oldest := c.order[0]
		c.size -= c.contents[oldest].size
		delete(c.contents, oldest)
		c.order = c.order[1:]
	}
}

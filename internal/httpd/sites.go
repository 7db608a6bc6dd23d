package httpd

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// sitePolicy keeps a published page from acting as the portal: it has no origin, so neither cookie nor storage.
const sitePolicy = "sandbox allow-scripts allow-forms allow-popups; default-src 'self' data: 'unsafe-inline'; frame-ancestors 'none'"

var (
	siteOwner = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{1,9}$`)
	siteName  = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
)

// sites serves what the template published-site publishes: the files below folder/<acronym>/<name>, and nothing that
// a link in there points to outside of it.
func sites(folder string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		owner, name := r.PathValue("acronym"), r.PathValue("name")
		w.Header().Set("Content-Security-Policy", sitePolicy)
		w.Header().Set("Cache-Control", "no-cache")
		if !siteOwner.MatchString(owner) || !siteName.MatchString(name) {
			http.NotFound(w, r)
			return
		}
		root, err := openSite(folder, owner, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer root.Close()
		serveSite(w, r, root, r.PathValue("path"))
	})
}

// openSite finds a site by its project's acronym, whose folder is written in small letters or as it is.
func openSite(folder, owner, name string) (*os.Root, error) {
	root, err := os.OpenRoot(filepath.Join(folder, owner, name))
	if errors.Is(err, fs.ErrNotExist) {
		return os.OpenRoot(filepath.Join(folder, strings.ToLower(owner), name))
	}
	return root, err
}

func serveSite(w http.ResponseWriter, r *http.Request, root *os.Root, wanted string) {
	name := strings.TrimPrefix(path.Clean("/"+wanted), "/")
	if name == "" {
		name = "index.html"
	}
	file, info, err := openFile(root, name)
	if err == nil && info.IsDir() {
		_ = file.Close()
		if !strings.HasSuffix(r.URL.Path, "/") {
			http.Redirect(w, r, path.Base(name)+"/", http.StatusFound)
			return
		}
		file, info, err = openFile(root, path.Join(name, "index.html"))
	}
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = file.Close() }()
	http.ServeContent(w, r, info.Name(), info.ModTime(), io.ReadSeeker(file))
}

func openFile(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

package gitops

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"sync"
)

// backend writes where the state is. The credentials come from the environment, so the file holds none.
func (r *renderer) backend() error {
	if r.folder.OwnBackend || r.project.StateAddress == "" {
		return nil
	}
	address := r.project.StateAddress
	http := object{
		"address": address, "lock_address": address, "unlock_address": address,
		"lock_method": "LOCK", "unlock_method": "UNLOCK",
	}
	return r.add("backend.tf.json", indented(object{"terraform": object{"backend": object{"http": http}}}), "backend")
}

// readme tells who finds the folder what it is and how to plan by hand.
func (r *renderer) readme() error {
	replacer := strings.NewReplacer(
		"ACRONYM", r.project.Acronym, "NAME", strings.Join(strings.Fields(r.project.Name), " "),
		"SECRETS\n", r.secretNotes(), "BACKEND\n", r.backendNotes(),
	)
	return r.add("README.md", []byte(replacer.Replace(readmeText)), "readme")
}

func (r *renderer) backendNotes() string {
	if r.folder.OwnBackend || r.project.StateAddress == "" {
		return "export TF_CLI_ARGS_init=-backend-config=…   # settings of the base template's own backend\n"
	}
	return "export TF_HTTP_USERNAME=you@example.org      # your e-mail address at Arpent\n" +
		"export TF_HTTP_PASSWORD=apt_…                # an API token with the scope state.read\n"
}

// secretNotes lists the variables whose values are in no file.
func (r *renderer) secretNotes() string {
	var notes strings.Builder
	for _, name := range sortedKeys(r.folder.SecretVars) {
		if strings.Contains(name, "-") { // no shell takes such a name
			fmt.Fprintf(&notes, "# -var '%s=…'\n", name)
			continue
		}
		fmt.Fprintf(&notes, "export TF_VAR_%s=…\n", name)
	}
	return notes.String()
}

const readmeText = "# ACRONYM — NAME\n" + `
Arpent writes this folder. A change made here by hand is overwritten by the project's next run.
Arpent écrit ce dossier. Une modification faite ici à la main est remplacée à la prochaine exécution du projet.

The folder is complete. To see what it would change:
Le dossier est complet. Pour voir ce qu'il changerait :

` + "```sh\nBACKEND\nSECRETS\ntofu init\ntofu plan -lock=false\n```\n"

// packers are used again: each takes most of a MiB. The folder goes to its worker once, so packing it fast counts for more than
// packing it small.
var packers = sync.Pool{New: func() any {
	packer, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails only for a level that is none
	return packer
}}

// Archive is the folder as tar.gz, the same bytes for the same files.
func (f Folder) Archive() ([]byte, error) {
	var out bytes.Buffer
	zipped, _ := packers.Get().(*gzip.Writer)
	defer packers.Put(zipped)
	zipped.Reset(&out)
	archive := tar.NewWriter(zipped)
	for _, name := range sortedKeys(f.Files) {
		header := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(f.Files[name])), Typeflag: tar.TypeReg, Format: tar.FormatPAX}
		if err := archive.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("archive %s: %w", name, err)
		}
		if _, err := archive.Write(f.Files[name]); err != nil {
			return nil, fmt.Errorf("archive %s: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := zipped.Close(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return out.Bytes(), nil
}

package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// requirements are what init makes of a folder, as far as it can be read off: which providers it looks for,
// which modules it installs. Folders with equal requirements can share what init made, whatever else is in
// them. When we read a folder otherwise than the tool does, the tool says so and init runs after all.
type requirements struct {
	folder  string
	facts   map[string]bool
	modules []moduleEntry
}

// moduleEntry is a line of the tool's list of installed modules.
type moduleEntry struct {
	Key    string
	Source string
	Dir    string
}

// errNotShared says that init does more than to look at the folder itself, or that we cannot tell.
var errNotShared = errors.New("what init makes of the folder cannot be shared")

const maxModules = 500

func requirementsOf(folder string) (*requirements, error) {
	r := &requirements{folder: folder, facts: map[string]bool{}, modules: []moduleEntry{{Dir: "."}}}
	for i := 0; i < len(r.modules); i++ {
		if len(r.modules) > maxModules {
			return nil, errNotShared
		}
		if err := r.readModule(r.modules[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// key is the fingerprint of the requirements, for one version of the tool.
func (r *requirements) key(version string) string {
	hash := sha256.Sum256([]byte(version + "\x00" + strings.Join(slices.Sorted(maps.Keys(r.facts)), "\x00")))
	return hex.EncodeToString(hash[:])
}

// writeManifest lists the modules as init does, in place of the list of the folder that was kept.
func (r *requirements) writeManifest() error {
	folder := filepath.Join(r.folder, dataDir, "modules")
	if err := os.RemoveAll(folder); err != nil || len(r.modules) == 1 {
		return err
	}
	text, err := json.Marshal(map[string]any{"Modules": r.modules})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "modules.json"), text, 0o600)
}

func (r *requirements) readModule(module moduleEntry) error {
	entries, err := os.ReadDir(filepath.Join(r.folder, module.Dir))
	if err != nil {
		return errNotShared
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || !configuration(name) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(r.folder, module.Dir, name))
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".json") {
			err = r.readJSON(module, content)
		} else {
			err = r.readNative(module, content)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *requirements) readNative(module moduleEntry, content []byte) error {
	file, diagnostics := hclsyntax.ParseConfig(content, "", hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if diagnostics.HasErrors() || !ok {
		return errNotShared
	}
	for _, block := range body.Blocks {
		raw := string(block.Range().SliceBytes(content))
		if err := r.readBlock(module, block, raw); err != nil {
			return err
		}
	}
	return nil
}

func (r *requirements) readBlock(module moduleEntry, block *hclsyntax.Block, raw string) error {
	switch block.Type {
	case "variable", "output", "locals", "moved", "removed":
		return nil
	case "module":
		source, ok := block.Body.Attributes["source"]
		if !ok || len(block.Labels) != 1 {
			return errNotShared
		}
		value, diagnostics := source.Expr.Value(nil)
		if diagnostics.HasErrors() || value.IsNull() || value.Type() != cty.String {
			return errNotShared
		}
		return r.call(module, block.Labels[0], value.AsString())
	case "resource", "data", "ephemeral":
		if _, ok := block.Body.Attributes["provider"]; ok || len(block.Labels) == 0 {
			break
		}
		r.facts[module.Dir+" type "+block.Labels[0]] = true
		return nil
	case "provider":
		if _, ok := block.Body.Attributes["version"]; ok || len(block.Labels) != 1 {
			break
		}
		r.facts[module.Dir+" provider "+block.Labels[0]] = true
		return nil
	}
	// The whole text is always a safe thing to compare.
	r.facts[module.Dir+" "+raw] = true
	return nil
}

func (r *requirements) readJSON(module moduleEntry, content []byte) error {
	var parts map[string]json.RawMessage
	if json.Unmarshal(content, &parts) != nil {
		return errNotShared
	}
	for name, raw := range parts {
		switch name {
		case "variable", "output", "locals", "moved", "removed", "//":
		case "module":
			if err := r.readJSONCalls(module, raw); err != nil {
				return err
			}
		default:
			r.facts[module.Dir+" "+name+" "+string(raw)] = true
		}
	}
	return nil
}

func (r *requirements) readJSONCalls(module moduleEntry, raw json.RawMessage) error {
	var calls map[string]struct {
		Source string `json:"source"`
	}
	if json.Unmarshal(raw, &calls) != nil {
		return errNotShared
	}
	for name, call := range calls {
		if err := r.call(module, name, call.Source); err != nil {
			return err
		}
	}
	return nil
}

// call follows a call of a module within the folder. A module from elsewhere is init's own business.
func (r *requirements) call(from moduleEntry, name, source string) error {
	if !strings.HasPrefix(source, "./") && !strings.HasPrefix(source, "../") {
		return errNotShared
	}
	dir := filepath.Join(from.Dir, source)
	if !filepath.IsLocal(dir) {
		return errNotShared
	}
	key := strings.TrimPrefix(fmt.Sprintf("%s.%s", from.Key, name), ".")
	r.modules = append(r.modules, moduleEntry{Key: key, Source: source, Dir: dir})
	return nil
}

package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const house = "github.com/arpent/arpent/"

// law is the import law: which part of the house may import which others, directly. A part is a package of
// internal/ with what lies below it, or a top-level folder. A part that does not stand here may not exist:
// a new one is a decision (docs/adr), not an accident.
var law = map[string][]string{
	// Leaves: they know nothing of ours, but that access says in words what it denies.
	"fault":  {},
	"access": {"fault"},
	"clock":  {},
	// Mechanisms: they know no subject and no ent.
	"observe": {},
	"crowd":   {},
	"secret":  {"fault"},
	"gitrepo": {"fault"},
	"queue":   {"fault"},
	"runner":  {"fault"},
	"worker":  {"runner", "fault", "clock", "observe"},
	// The provider is a client like any other: it knows GraphQL, and nothing of ours.
	"tfprovider": {},
	// The models and what owns their transactions.
	"ent":      {"access", "fault"},
	"database": {"ent", "fault", "observe"},
	// Domains: each stands for itself; only provision stands above the others.
	"journal":   {"ent", "database", "access", "fault", "queue", "clock", "observe"},
	"auth":      domain(),
	"catalog":   domain("gitrepo"),
	"gitops":    domain("gitrepo"),
	"tfstate":   domain(),
	"inventory": domain(),
	// Claims give away what the inventory keeps, and know nothing of how it got there.
	"allocation": domain(),
	"provision":  domain("auth", "catalog", "gitops", "tfstate", "inventory", "allocation", "worker", "runner", "queue", "clock", "observe"),
	// Edges. A resolver may be one ent expression, whose client database gives.
	"graph":    {"ent", "database", "access", "fault", "journal", "auth", "catalog", "gitops", "tfstate", "provision", "inventory", "allocation", "observe"},
	"httpd":    {"access", "fault", "auth", "observe"},
	"frontend": {},
	"library":  {},
	"docs":     {},
	"app":      everything(),
	"apptest":  everything("app"),
	// It runs the engine's own code over models of what the engine stands on.
	"simulation": {"ent", "access", "fault", "clock", "secret", "queue", "journal", "provision", "runner", "worker", "database"},
	// Programs.
	"cmd/arpent":                    {"app", "fault", "observe"},
	"cmd/arpent-worker":             {"worker", "runner", "fault", "observe"},
	"cmd/terraform-provider-arpent": {"tfprovider"},
}

func domain(and ...string) []string {
	return append([]string{"ent", "database", "access", "fault", "secret", "journal", "crowd"}, and...)
}

func everything(and ...string) []string {
	return append([]string{
		"fault", "access", "observe", "clock", "secret", "gitrepo", "queue", "runner", "worker", "crowd", "ent", "database", "journal", "auth",
		"catalog", "gitops", "tfstate", "inventory", "allocation", "provision", "graph", "httpd", "frontend", "library",
	}, and...)
}

// abroad is what a part must not even reach through others, with the reason.
var abroad = []struct {
	part, module, reason string
}{
	{"cmd/arpent-worker", "entgo.io/ent", "it runs other people's Terraform: it holds no database"},
	{"cmd/arpent-worker", "github.com/lib/pq", "it runs other people's Terraform: it holds no database"},
	{"cmd/arpent-worker", "modernc.org/sqlite", "it runs other people's Terraform: it holds no database"},
	{"cmd/arpent-worker", "github.com/redis/go-redis", "it runs other people's Terraform: it holds no queue"},
	{"cmd/arpent-worker", house + "internal/secret", "it holds no key of the house"},
	{"cmd/arpent-worker", "github.com/hashicorp/terraform-plugin-framework", "a provider is a program of its own"},
	{"cmd/arpent", "github.com/hashicorp/terraform-plugin-framework", "a provider is a program of its own"},
	{"cmd/terraform-provider-arpent", "entgo.io/ent", "it is a client of the API"},
	{"access", "net/http", "it is pure"},
	{"fault", "net/http", "it knows no edge"},
}

// A pkg is a package as go list describes it.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// partOf is the part that a package of ours belongs to; ok is false for somebody else's package.
func partOf(importPath string) (part string, ok bool) {
	rest, ok := strings.CutPrefix(importPath, house)
	if !ok {
		return "", false
	}
	first, below, _ := strings.Cut(rest, "/")
	second, _, _ := strings.Cut(below, "/")
	switch first {
	case "internal":
		return second, true
	case "cmd":
		return path.Join(first, second), true
	}
	return first, true
}

// bench is what every part's tests may import besides what the part itself may. A package that is named after
// the one it tests, such as databasetest, is test code too.
var bench = []string{
	"apptest/servers",
	"access", // nobody sees anything: a test that reads models has to say who looks
}

// benches are what one part's tests may import besides, with the reason.
var benches = map[string][]string{
	"provision": {"gitrepo"}, // they open the private repository that gitops is made of
}

// breaches lists the imports of a package that the law does not allow.
func breaches(p pkg, law map[string][]string) (found []string) {
	part, _ := partOf(p.ImportPath)
	allowed, known := law[part]
	if !known {
		return []string{p.ImportPath + " is no part of the house: add it to the law and write a decision record"}
	}
	for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		other, ours := partOf(imported)
		test := !slices.Contains(p.Imports, imported) || strings.HasSuffix(p.ImportPath, part+"test")
		if !ours || other == part || slices.Contains(allowed, other) || test && (isBench(imported) || slices.Contains(benches[part], other)) {
			continue
		}
		found = append(found, p.ImportPath+" imports "+imported+", which "+part+" may not")
	}
	return found
}

func isBench(importPath string) bool {
	return slices.Contains(bench, strings.TrimPrefix(importPath, house+"internal/"))
}

func TestTheImportLawHolds(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, breach := range breaches(p, law) {
			t.Error(breach)
		}
	}
}

func TestNobodyReachesAbroad(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, border := range abroad {
		for _, p := range all {
			part, _ := partOf(p.ImportPath)
			if part != border.part {
				continue
			}
			for _, dep := range p.Deps {
				if dep == border.module || strings.HasPrefix(dep, border.module+"/") {
					t.Errorf("%s reaches %s: %s", p.ImportPath, dep, border.reason)
				}
			}
		}
	}
}

func TestALawThatIsBrokenNamesTheCulprit(t *testing.T) {
	t.Parallel()
	law := map[string][]string{"fault": {}, "queue": {"fault"}, "ent": {}}
	for name, c := range map[string]struct {
		pkg  pkg
		want int
	}{
		"allowed":              {pkg{ImportPath: house + "internal/queue", Imports: []string{"fmt", house + "internal/fault"}}, 0},
		"below itself":         {pkg{ImportPath: house + "ent", Imports: []string{house + "ent/schema"}}, 0},
		"forbidden":            {pkg{ImportPath: house + "internal/queue", Imports: []string{house + "ent/run"}}, 1},
		"forbidden in a test":  {pkg{ImportPath: house + "internal/queue", XTestImports: []string{house + "ent"}}, 1},
		"servers in a test":    {pkg{ImportPath: house + "internal/queue", TestImports: []string{house + "internal/apptest/servers"}}, 0},
		"servers in a program": {pkg{ImportPath: house + "internal/queue", Imports: []string{house + "internal/apptest/servers"}}, 1},
		"unknown part":         {pkg{ImportPath: house + "internal/drawer"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Len(t, breaches(c.pkg, law), c.want)
		})
	}
}

func TestTheLawNamesNoPartThatNobodyMayCall(t *testing.T) {
	t.Parallel()
	for part, allowed := range law {
		for _, other := range allowed {
			require.Contains(t, law, other, part)
		}
		for _, drawer := range []string{"util", "common", "helper", "base", "types", "models"} {
			require.NotEqual(t, drawer, part, "a function lives with its caller")
		}
	}
}

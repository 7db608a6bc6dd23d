//go:build ignore

// Command entc generates the ent client and graph/schema/ent.graphql. Run it from the module's root.
package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"entgo.io/contrib/entgql"
	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

func main() {
	cure(&entgql.PaginationTemplate, "pagination.tmpl",
		// entgql counts all rows whenever pageInfo is selected. A page knows its neighbours without that.
		replacement{
			`hasCollectedField(ctx, totalCountField) || hasCollectedField(ctx, pageInfoField)`,
			`hasCollectedField(ctx, totalCountField) || ignoredEdges && hasCollectedField(ctx, pageInfoField)`,
		},
		// A count of everything costs as much as reading everything: ours stops at a cap.
		replacement{`c.Count(ctx)`, `c.cappedCount(ctx)`},
	)
	cure(&entgql.CollectionTemplate, "collection.tmpl",
		replacement{
			`hasCollectedField(ctx, append(path, totalCountField)...) || hasCollectedField(ctx, append(path, pageInfoField)...)`,
			`hasCollectedField(ctx, append(path, totalCountField)...) || ignoredEdges && hasCollectedField(ctx, append(path, pageInfoField)...)`,
		},
		// An edge has room for one query, whatever its aliases ask: of two, the first lacked its columns. What is asked
		// for twice is read whole, and what stands below it when it is looked at.
		replacement{
			`{{ $receiver }}.{{ $e.EagerLoadField }} = query`,
			`if {{ $receiver }}.{{ $e.EagerLoadField }} != nil {
								query = (&{{ $e.Type.ClientName }}{config: {{ $receiver }}.config}).Query()
							}
							{{ $receiver }}.{{ $e.EagerLoadField }} = query`,
		},
	)
	graphql, err := entgql.NewExtension(
		entgql.WithSchemaGenerator(),
		entgql.WithSchemaPath("graph/schema/ent.graphql"),
		entgql.WithConfigPath("gqlgen.yml"),
		entgql.WithWhereInputs(true),
		entgql.WithRelaySpec(true),
	)
	check(err)
	check(entc.Generate("./ent/schema", &gen.Config{
		Features: []gen.Feature{
			gen.FeaturePrivacy, gen.FeatureVersionedMigration, gen.FeatureUpsert,
			gen.FeatureExecQuery, gen.FeatureLock, gen.FeatureModifier,
		},
	}, entc.Extensions(graphql), entc.TemplateDir("ent/template")))
}

// replacement is a change to a stock template.
type replacement struct{ stock, ours string }

// cure changes one of entgql's templates and fails when the template is no longer what the cure was made for.
func cure(template **gen.Template, file string, replacements ...replacement) {
	path := filepath.Join(moduleDir("entgo.io/contrib"), "entgql", "template", file)
	text, err := os.ReadFile(path)
	check(err)
	cured := string(text)
	for _, r := range replacements {
		if strings.Count(cured, r.stock) != 1 {
			log.Fatalf("entc: %s holds %q %d times, the cure wants it once", file, r.stock, strings.Count(cured, r.stock))
		}
		cured = strings.Replace(cured, r.stock, r.ours, 1)
	}
	stock := *template
	*template = gen.MustParse(gen.NewTemplate("template/" + file).Funcs(entgql.TemplateFuncs).Parse(cured))
	for i := range entgql.AllTemplates {
		if entgql.AllTemplates[i] == stock {
			entgql.AllTemplates[i] = *template
		}
	}
}

func moduleDir(module string) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	check(err)
	return strings.TrimSpace(string(out))
}

func check(err error) {
	if err != nil {
		log.Fatalf("entc: %v", err)
	}
}

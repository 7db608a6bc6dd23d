package catalog

import (
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/arpent/arpent/internal/fault"
)

// readme is what a template's Markdown files say.
type readme struct {
	texts Texts
	icon  string
	tags  []fault.Text
	draft bool
}

const datahubReadme = "datahub.readme.md"

// readReadmes reads readme.md and readme.fr.md, and Datahub's one file for both languages.
func readReadmes(dir string, files map[string][]byte) readme {
	r := readme{draft: hasDraft(dir, files)}
	if content, ok := files[path.Join(dir, datahubReadme)]; ok {
		r = readDatahub(string(content))
	}
	en, fr := fileNamed(dir, "readme.md", files), fileNamed(dir, "readme.fr.md", files)
	r.texts.Readme = bothLanguages(fault.Text{EN: en, FR: fr})
	return r
}

// summaryOf is the first sentence of Markdown, in both languages.
func summaryOf(markdown fault.Text) fault.Text {
	return fault.Text{EN: firstSentence(firstParagraph(markdown.EN)), FR: firstSentence(firstParagraph(markdown.FR))}
}

// hasDraft tells whether the Datahub readme has another name: the template is not offered yet.
func hasDraft(dir string, files map[string][]byte) bool {
	for name := range files {
		if path.Dir(name) == dir && strings.HasSuffix(path.Base(name), "."+datahubReadme) {
			return true
		}
	}
	return false
}

// fileNamed finds a file without regard to capitals.
func fileNamed(dir, base string, files map[string][]byte) string {
	for name, content := range files {
		if path.Dir(name) == dir && strings.EqualFold(path.Base(name), base) {
			return strings.ToValidUTF8(string(content), "�")
		}
	}
	return ""
}

// firstParagraph is the first text of Markdown that is no heading, as one line.
func firstParagraph(markdown string) string {
	for _, block := range strings.Split(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n\n") {
		block = strings.TrimSpace(block)
		for strings.HasPrefix(block, "#") {
			_, rest, _ := strings.Cut(block, "\n")
			block = strings.TrimSpace(rest)
		}
		if block != "" {
			return strings.Join(strings.Fields(block), " ")
		}
	}
	return ""
}

// firstSentence is the beginning of a paragraph, for a card.
func firstSentence(paragraph string) string {
	if i := strings.Index(paragraph, ". "); i > 0 {
		return paragraph[:i+1]
	}
	return paragraph
}

// The headings of Datahub's readme, in both its languages.
var datahubHeadings = map[string]string{
	"title": "title", "titre": "title",
	"catalog subtitle": "subtitle", "sous-titre du catalogue": "subtitle",
	"catalog description": "description", "description du catalogue": "description",
	"resource description": "help", "description de la ressource": "help",
	"tags": "tags", "mots clefs": "tags",
}

// readDatahub reads datahub.readme.md: front matter, then one part per language.
func readDatahub(content string) readme {
	content = strings.ReplaceAll(strings.ToValidUTF8(content, "�"), "\r\n", "\n")
	front, body := frontMatter(content)
	parts := map[string]map[string]string{"en": {}, "fr": {}}
	language, key := "en", ""
	for line := range strings.Lines(body) {
		heading := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		switch {
		case strings.HasPrefix(line, "# "):
			language, key = languageOf(heading), ""
		case strings.HasPrefix(line, "## "):
			key = datahubHeadings[heading]
		case key != "":
			parts[language][key] += line
		}
	}
	return datahubTexts(front, parts)
}

func languageOf(heading string) string {
	if strings.HasPrefix(heading, "fran") {
		return "fr"
	}
	return "en"
}

func datahubTexts(icon string, parts map[string]map[string]string) readme {
	get := func(key string) fault.Text {
		return bothLanguages(fault.Text{EN: strings.TrimSpace(parts["en"][key]), FR: strings.TrimSpace(parts["fr"][key])})
	}
	return readme{icon: icon, tags: datahubTags(get("tags")), texts: Texts{
		Title: get("title"), Summary: get("subtitle"), Description: get("description"), Help: get("help"),
	}}
}

func datahubTags(list fault.Text) []fault.Text {
	en, fr := strings.Split(list.EN, ","), strings.Split(list.FR, ",")
	var tags []fault.Text
	for i, tag := range en {
		t := fault.Text{EN: strings.TrimSpace(tag)}
		if len(fr) == len(en) {
			t.FR = strings.TrimSpace(fr[i])
		}
		if t = bothLanguages(t); t.EN != "" && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// frontMatter takes the icon out of the front matter; the rest of it is Datahub's own.
func frontMatter(content string) (icon, body string) {
	rest, ok := strings.CutPrefix(content, "---\n")
	if !ok {
		return "", content
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok || len(head) > maxManifest || tooDeep([]byte(head)) > 0 || strings.Contains(head, "*") {
		return "", content
	}
	var front struct {
		Icon string `yaml:"icon"`
	}
	if err := yaml.Unmarshal([]byte(head), &front); err != nil {
		return "", body
	}
	return tablerIcon(front.Icon), body
}

// tablerIcon keeps an icon's name when it can be one of ours; Datahub names Font Awesome's.
func tablerIcon(name string) string {
	fields := strings.Fields(name)
	if len(fields) == 0 {
		return ""
	}
	return faToTabler[strings.TrimPrefix(fields[len(fields)-1], "fa-")]
}

// faToTabler translates the icons that Datahub's own library uses.
var faToTabler = map[string]string{
	"book": "notebook", "database": "database", "hard-drive": "device-sd-card", "server": "server", "globe": "world-www",
	"cloud": "cloud", "messages-question": "message-question", "box": "box", "desktop": "device-desktop", "file": "file",
}

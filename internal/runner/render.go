package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// render writes a message as people read it in a terminal; empty when it says nothing to them.
func render(m *message) string {
	switch {
	case m.Type == "diagnostic" && m.Diagnostic != nil:
		return m.Diagnostic.render()
	case m.Type == "planned_change" && m.Change != nil:
		return m.Change.render("")
	case m.Type == "resource_drift" && m.Change != nil:
		return m.Change.render(" has changed outside of the tool")
	case m.Type == "outputs" && m.hasValues():
		return renderOutputs(m.Outputs)
	case m.Type == "outputs", m.Code == "output_init_success_cli_message", m.Code == "output_init_success_cli_automation_message":
		return ""
	case m.Type == "change_summary":
		return "\n" + m.Text + "\n"
	}
	return strings.TrimRight(m.Text, "\n") + "\n"
}

// signs stand before a planned change, as in the tool's own output.
var signs = map[string]string{
	"create": "  + ", "update": "  ~ ", "delete": "  - ", "replace": "-/+ ", "read": " <= ", "move": " -> ",
	"import": "  & ", "remove": "  . ", "forget": "  . ",
}

func (c *plannedChange) render(note string) string {
	text := signs[c.Action] + c.Resource.Address + note
	if c.Reason != "" {
		text += " (" + strings.ReplaceAll(c.Reason, "_", " ") + ")"
	}
	return text + "\n"
}

func (m *message) hasValues() bool {
	for _, output := range m.Outputs {
		if output.Value != nil {
			return true
		}
	}
	return false
}

func renderOutputs(outputs map[string]outputReport) string {
	var text strings.Builder
	text.WriteString("\nOutputs:\n")
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		shown := string(outputs[name].Value)
		if outputs[name].Sensitive {
			shown = "(sensitive)"
		}
		fmt.Fprintf(&text, "  %s = %s\n", name, shown)
	}
	return text.String()
}

func (d *toolDiagnostic) render() string {
	var text strings.Builder
	title := "Error"
	if d.Severity == "warning" {
		title = "Warning"
	}
	fmt.Fprintf(&text, "\n%s: %s\n", title, d.Summary)
	if d.Address != "" {
		fmt.Fprintf(&text, "  with %s\n", d.Address)
	}
	d.renderPlace(&text)
	if d.Detail != "" {
		text.WriteString("\n" + indent(d.Detail) + "\n")
	}
	return text.String()
}

func (d *toolDiagnostic) renderPlace(text *strings.Builder) {
	if d.Range == nil || d.Range.File == "" {
		return // tools give some an empty place
	}
	text.WriteString("  on " + d.Range.File)
	if d.Range.Start.Line > 0 {
		fmt.Fprintf(text, " line %d", d.Range.Start.Line)
	}
	if d.Snippet == nil {
		text.WriteString("\n")
		return
	}
	if d.Snippet.Context != "" {
		text.WriteString(", in " + d.Snippet.Context)
	}
	text.WriteString(":\n")
	for i, line := range strings.Split(d.Snippet.Code, "\n") {
		fmt.Fprintf(text, "  %4d: %s\n", d.Snippet.StartLine+i, line)
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}

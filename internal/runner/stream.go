package runner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// message is one line of the tool's machine-readable output. Its form is documented and the same in both
// engines; what we do not know is shown by its text.
type message struct {
	Level      string                  `json:"@level"`
	Text       string                  `json:"@message"`
	Type       string                  `json:"type"`
	Code       string                  `json:"message_code"` // of init
	Diagnostic *toolDiagnostic         `json:"diagnostic"`
	Hook       *hook                   `json:"hook"`
	Change     *plannedChange          `json:"change"`
	Changes    *changeCounts           `json:"changes"`
	Outputs    map[string]outputReport `json:"outputs"`
}

type hook struct {
	Action string `json:"action"`
}

type plannedChange struct {
	Resource struct {
		Address string `json:"addr"`
	} `json:"resource"`
	Action string `json:"action"`
	Reason string `json:"reason"`
}

type changeCounts struct {
	Add       int    `json:"add"`
	Change    int    `json:"change"`
	Remove    int    `json:"remove"`
	Import    int    `json:"import"`
	Forget    int    `json:"forget"`
	Operation string `json:"operation"`
}

type outputReport struct {
	Sensitive bool            `json:"sensitive"`
	Type      json.RawMessage `json:"type"`
	Value     json.RawMessage `json:"value"`
}

type toolDiagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Address  string `json:"address"`
	Range    *struct {
		File  string `json:"filename"`
		Start struct {
			Line int `json:"line"`
		} `json:"start"`
	} `json:"range"`
	Snippet *struct {
		Context   string `json:"context"`
		Code      string `json:"code"`
		StartLine int    `json:"start_line"`
	} `json:"snippet"`
}

// The bounds of what a tool says. What is beyond them is left out, and the log or the last diagnostic says so.
const (
	maxLine        = 4 << 20 // bytes of one line
	maxDiagnostics = 200
	maxSaid        = 16 << 10 // bytes of one text of a diagnostic
)

// stream reads the output of one command: it writes the log, moves the stage on and keeps what the result
// needs. It gets whole lines or pieces of them.
type stream struct {
	sink    *sink
	mask    *Masker
	stage   *stage
	partial []byte // of the line that has not ended, up to maxLine
	long    int    // bytes of that line, when it is longer than maxLine

	diagnostics []Diagnostic
	more        int                     // diagnostics that are not kept
	cut         bool                    // a line was left out
	counts      *changeCounts           // of the last change_summary
	outputs     map[string]outputReport // of the last outputs message
}

// Write takes the tool's standard output.
func (s *stream) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		piece, after, ended := bytes.Cut(rest, []byte("\n"))
		s.add(piece)
		if ended {
			s.end()
		}
		rest = after
	}
	return len(p), nil
}

func (s *stream) add(piece []byte) {
	if s.long == 0 && len(s.partial)+len(piece) <= maxLine {
		s.partial = append(s.partial, piece...)
		return
	}
	s.long += len(s.partial) + len(piece)
	s.partial = nil
}

// end takes the line that is complete now.
func (s *stream) end() {
	if s.long > 0 {
		s.sink.log(fmt.Sprintf("[a line of %d bytes is left out: a line may have %d MiB]\n", s.long, maxLine>>20))
		s.long, s.cut = 0, true
		return
	}
	s.line(s.partial)
	if s.partial = s.partial[:0]; cap(s.partial) > maxLine/4 {
		s.partial = nil
	}
}

// close takes what came without a final newline.
func (s *stream) close() {
	if len(s.partial) > 0 || s.long > 0 {
		s.end()
	}
	if s.more > 0 {
		s.diagnostics = append(s.diagnostics, Diagnostic{
			Severity: "warning", Summary: fmt.Sprintf("%d more messages are in the log: %d are kept here", s.more, maxDiagnostics),
		})
		s.more = 0
	}
}

func (s *stream) line(line []byte) {
	var m message
	if json.Unmarshal(line, &m) != nil || m.Text == "" && m.Type == "" {
		s.sink.log(strings.TrimRight(string(line), "\r") + "\n")
		return
	}
	s.note(&m)
	if text := render(&m); text != "" {
		s.sink.log(text)
	}
}

// note keeps what a message tells about the result.
func (s *stream) note(m *message) {
	switch m.Type {
	case "diagnostic":
		s.diagnose(m.Diagnostic)
	case "change_summary":
		s.counts = m.Changes
	case "outputs":
		s.outputs = m.Outputs
	case "apply_complete":
		if m.Hook != nil && m.Hook.Action != "read" {
			s.stage.advance()
		}
	}
}

// diagnose keeps a diagnostic, errors before warnings when there are too many.
func (s *stream) diagnose(d *toolDiagnostic) {
	if d == nil {
		return
	}
	told := d.masked(s.mask)
	if slices.Contains(s.diagnostics, told) {
		return // a failed download is reported by the tool once for each place that wants it
	}
	if len(s.diagnostics) < maxDiagnostics {
		s.diagnostics = append(s.diagnostics, told)
		return
	}
	s.more++
	warning := slices.IndexFunc(s.diagnostics, func(kept Diagnostic) bool { return kept.Severity != "error" })
	if d.Severity == "error" && warning >= 0 {
		s.diagnostics[warning] = told
	}
}

func (d *toolDiagnostic) masked(mask *Masker) Diagnostic {
	masked := Diagnostic{
		Severity: d.Severity, Summary: short(mask.Text(d.Summary)), Detail: short(mask.Text(d.Detail)), Address: short(mask.Text(d.Address)),
	}
	if d.Range != nil && d.Range.File != "" {
		masked.File, masked.Line = d.Range.File, d.Range.Start.Line
	}
	if d.Snippet != nil {
		masked.Snippet = short(mask.Text(d.Snippet.Code))
	}
	return masked
}

// short cuts what is too long, after it was masked: half a secret would not be recognized.
func short(text string) string {
	if len(text) <= maxSaid {
		return text
	}
	return strings.ToValidUTF8(text[:maxSaid], "") + "…"
}

// firstError is the summary of what went wrong first, empty when the tool did not say.
func (s *stream) firstError() string {
	for _, d := range s.diagnostics {
		if d.Severity == "error" {
			return d.Summary
		}
	}
	return ""
}

// says tells whether the tool reported an error whose summary has these words.
func (s *stream) says(summary string) bool {
	for _, d := range s.diagnostics {
		if d.Severity == "error" && strings.Contains(d.Summary, summary) {
			return true
		}
	}
	return false
}

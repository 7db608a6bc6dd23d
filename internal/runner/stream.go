package runner

import (
	"bytes"
	"encoding/json"
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

// stream reads the output of one command: it writes the log, moves the stage on and keeps what the result
// needs. It gets whole lines or pieces of them.
type stream struct {
	sink    *sink
	mask    *Masker
	stage   *stage
	partial []byte

	diagnostics []Diagnostic
	counts      *changeCounts           // of the last change_summary
	outputs     map[string]outputReport // of the last outputs message
}

// Write takes the tool's standard output.
func (s *stream) Write(p []byte) (int, error) {
	s.partial = append(s.partial, p...)
	for {
		line, rest, found := bytes.Cut(s.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		s.line(line)
		s.partial = rest
	}
}

// close takes what came without a final newline.
func (s *stream) close() {
	if len(s.partial) > 0 {
		s.line(s.partial)
		s.partial = nil
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
		if m.Diagnostic != nil {
			s.diagnostics = append(s.diagnostics, m.Diagnostic.masked(s.mask))
		}
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

func (d *toolDiagnostic) masked(mask *Masker) Diagnostic {
	masked := Diagnostic{
		Severity: d.Severity, Summary: mask.Text(d.Summary), Detail: mask.Text(d.Detail), Address: mask.Text(d.Address),
	}
	if d.Range != nil {
		masked.File, masked.Line = d.Range.File, d.Range.Start.Line
	}
	if d.Snippet != nil {
		masked.Snippet = mask.Text(d.Snippet.Code)
	}
	return masked
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

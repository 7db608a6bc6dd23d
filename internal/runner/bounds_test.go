package runner

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// planOf writes a plan of so many changes, each with a value of so many bytes.
func planOf(changes, size int) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		value := strings.Repeat("v", size)
		fmt.Fprint(writer, `{"planned_values":{"deep":[1,{"a":[[]]}]},"resource_changes":[`)
		for i := range changes {
			comma := ","
			if i == 0 {
				comma = ""
			}
			fmt.Fprintf(writer, `%s{"address":"x.r[%d]","type":"x","name":"r","change":{"actions":["create"],"before":null,"after":{"a":"%d","b":"%s"},"after_unknown":{}}}`, comma, i, i, value)
		}
		fmt.Fprint(writer, `],"output_changes":null}`)
		_ = writer.Close()
	}()
	return reader
}

// What is left out of a plan is counted: values first, changes last. The digest is of all.
func TestASummaryIsBoundedAndSaysSo(t *testing.T) {
	t.Parallel()
	mask := NewMasker(nil)
	many, err := summarize(planOf(MaxChanges+7, 1), Plan, mask)
	require.NoError(t, err)
	require.Len(t, many.Changes, MaxChanges)
	require.Equal(t, []int{7, MaxChanges + 7}, []int{many.Truncated, many.Add})
	fewer, err := summarize(planOf(MaxChanges+6, 1), Plan, mask)
	require.NoError(t, err)
	require.NotEqual(t, many.Digest, fewer.Digest, "a change that is not listed is in the digest")

	wide, err := summarize(planOf(5_000, maxText), Plan, mask)
	require.NoError(t, err)
	require.Len(t, wide.Changes, 5_000, "values are left out, not changes")
	require.Zero(t, wide.Changes[0].Omitted)
	last := wide.Changes[slices.IndexFunc(wide.Changes, func(c Change) bool { return c.Address == "x.r[4999]" })]
	require.Equal(t, 2, last.Omitted)
	require.Empty(t, last.Attributes)

	_, err = summarize(planOf(1, maxMember+1<<20), Plan, mask)
	require.ErrorContains(t, err, "the change of one resource is larger than 64 MiB")
}

func TestALogIsPlainText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\x1b[31mred\x1b[0m":                          "red",
		"\x1b]0;title\x07after":                       "after",
		"\x1b]8;;https://x\x1b\\link\x1b]8;;\x07":     "link",
		"\x1bPsixel\x1b\\x":                           "x",
		"\x1b(Bplain\x1bM":                            "plain",
		"bell\x07 zero\x00 back\b delete\x7f":         "bell zero back delete",
		"\x1b]a title that never ends\nnext line\n":   "\nnext line\n",
		"\x1b]" + strings.Repeat("x", 5000) + "end":   strings.Repeat("x", 5000-maxSequence+1) + "end",
		"tab\tand\r\nits end é":                       "tab\tand\r\nits end é",
		"\x1b[" + strings.Repeat("1;", 1000) + "mred": "red",
	} {
		require.Equal(t, want, string((&plain{}).strip([]byte(text))), "%q", text)
		piecewise, p := "", &plain{}
		for _, c := range []byte(text) {
			piecewise += string(p.strip([]byte{c}))
		}
		require.Equal(t, want, piecewise, "cut anywhere: %q", text)
	}
}

// heard collects a log.
type heard struct{ log strings.Builder }

func (h *heard) Log(p []byte) { h.log.Write(p) }
func (*heard) Step(Step)      {}

func TestLongLinesAreBrokenOrLeftOut(t *testing.T) {
	t.Parallel()
	h := &heard{}
	s := newSink(h, NewMasker(nil), 64<<20)
	out := &stream{sink: s, mask: NewMasker(nil), stage: s.begin("plan", 0)}
	piece := []byte(strings.Repeat("é", 16<<10))
	for range 3200 { // a line of a hundred megabytes
		_, _ = out.Write(piece)
	}
	_, _ = out.Write([]byte("\nshort\n" + strings.Repeat("é", maxColumn) + "\n"))
	out.close()
	s.flush()
	lines := strings.Split(h.log.String(), "\n")
	require.Equal(t, "[a line of 104857600 bytes is left out: a line may have 4 MiB]", lines[0])
	require.Equal(t, "short", lines[1])
	require.Equal(t, []int{maxColumn, maxColumn, 0}, []int{len(lines[2]), len(lines[3]), len(lines[4])})
	require.NotContains(t, h.log.String(), "�")
	require.True(t, out.cut)
}

func TestDiagnosticsAreBounded(t *testing.T) {
	t.Parallel()
	s := newSink(&heard{}, NewMasker(nil), 64<<20)
	out := &stream{sink: s, mask: NewMasker(nil), stage: s.begin("plan", 0)}
	for i := range maxDiagnostics + 5 {
		out.diagnose(&toolDiagnostic{Severity: "warning", Summary: fmt.Sprint("w", i)})
	}
	out.diagnose(&toolDiagnostic{Severity: "error", Summary: "zero\x00", Detail: strings.Repeat("d", maxSaid+1)})
	out.close()
	require.Len(t, out.diagnostics, maxDiagnostics+1)
	require.Equal(t, "zero�", out.firstError(), "an error takes the place of a warning")
	require.Len(t, out.diagnostics[0].Detail, maxSaid+len("…"))
	require.Equal(t, "6 more messages are in the log: 200 are kept here", out.diagnostics[maxDiagnostics].Summary)
}

// A download that fails is reported once for each place that wants it: people read it once.
func TestTheSameDiagnosticIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newSink(&heard{}, NewMasker(nil), 64<<20)
	out := &stream{sink: s, mask: NewMasker(nil), stage: s.begin("plan", 0)}
	for _, summary := range []string{"no download", "no download", "another"} {
		out.diagnose(&toolDiagnostic{Severity: "error", Summary: summary})
	}
	require.Equal(t, []Diagnostic{{Severity: "error", Summary: "no download"}, {Severity: "error", Summary: "another"}}, out.diagnostics)
}

func TestOutputsAreBoundedAndTheStateIsReadForThemAlone(t *testing.T) {
	t.Parallel()
	state := `{"resources":[{"deep":[[{}]]}],"version":4,"outputs":{"a":{"value":"x"},"b":{"value":"` + strings.Repeat("y", maxOutput) + `"}}}`
	outputs, err := stateOutputs(strings.NewReader(state))
	require.NoError(t, err)
	r := Result{Outputs: outputs}
	r.bound()
	require.Len(t, r.Outputs, 1)
	require.Equal(t, "The output b is left out", r.Diagnostics[0].Summary)
	require.Contains(t, r.Diagnostics[0].Detail, "an output may have 1 MiB")
	_, err = stateOutputs(strings.NewReader(`{"version":3}`))
	require.Error(t, err)
}

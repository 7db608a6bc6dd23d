package exchange

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/arpent/arpent/internal/access"
	"github.com/arpent/arpent/internal/fault"
	"github.com/arpent/arpent/internal/inventory"
)

const (
	mostField   = 64 << 10 // bytes of a form's field that is no file
	readAtOnce  = 2        // files that lie in memory at one time
	readingWait = 20 * time.Second
)

// badRows reads a hosting provider's file as a dry run of an import does, and streams the rows that are refused, to be sent back: the file's
// own header and cells, with the line and the reasons behind them. It keeps nothing: the browser has the file still. The form has the
// fields providerId and mapping (ImportMappingInput, in JSON; without it what is not said is recognized), and then the file.
func (s *Service) badRows(w http.ResponseWriter, r *http.Request) error {
	leave, err := s.room(r)
	if err != nil {
		return err
	}
	defer leave()
	input, err := formOf(r)
	if err != nil {
		return err
	}
	done, err := s.Import(r.Context(), input)
	if err != nil {
		return err
	}
	locale := access.FromContext(r.Context()).Locale
	name := strings.TrimSuffix(path.Base(input.FileName), path.Ext(input.FileName)) + textBadRowsFile.In(locale) + ".csv"
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	broken(writeBadRows(w, done, locale))
	return nil
}

// room waits until there is memory for another file.
func (s *Service) room(r *http.Request) (leave func(), err error) {
	late := time.NewTimer(readingWait)
	defer late.Stop()
	select {
	case s.reading <- struct{}{}:
		return func() { <-s.reading }, nil
	case <-late.C:
		return nil, fault.New(fault.Unavailable, textOthersRead)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// formOf reads a form up to its file, which is read by whoever imports it.
func formOf(r *http.Request) (input inventory.ImportInput, err error) {
	input.DryRun = true
	form, err := r.MultipartReader()
	if err != nil {
		return input, fault.New(fault.Invalid, textForm).Because(err)
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return input, fault.New(fault.Invalid, textForm).At("file")
		case err != nil:
			return input, fault.New(fault.Invalid, textForm).Because(err)
		case part.FormName() == "file":
			input.File, input.FileName = part, part.FileName()
			return input, nil
		}
		if err := takeField(&input, part); err != nil {
			return input, err
		}
	}
}

func takeField(input *inventory.ImportInput, part *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(part, mostField+1))
	if err != nil || len(text) > mostField {
		return fault.New(fault.Invalid, textForm).At(part.FormName()).Because(err)
	}
	switch part.FormName() {
	case "providerId":
		input.ProviderID = string(text)
	case "mapping":
		input.Mapping = &inventory.Mapping{}
		if err := json.Unmarshal(text, input.Mapping); err != nil {
			return fault.New(fault.Invalid, textForm).At("mapping").Because(err)
		}
	}
	return nil
}

// writeBadRows writes the rows that were refused, in the form of their file, with the byte order mark by which Excel knows UTF-8.
func writeBadRows(w http.ResponseWriter, done *inventory.Import, locale string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Comma, _ = utf8.DecodeRuneInString(done.Reading.Delimiter)
	headers := done.Reading.Headers
	if err := writeHarmless(out, headers, fresh(headers, textLine.In(locale)), fresh(headers, textReason.In(locale))); err != nil {
		return err
	}
	for i, row := range done.Rows {
		if i%page == 0 {
			patient(w)
		}
		if row.Outcome != inventory.Refused {
			continue
		}
		cells := slices.Clone(row.Cells[:min(len(row.Cells), len(headers))])
		for len(cells) < len(headers) {
			cells = append(cells, "")
		}
		if err := writeHarmless(out, cells, strconv.Itoa(row.Line), reasons(row, headers, locale)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeHarmless(out *csv.Writer, cells []string, more ...string) error {
	all := append(slices.Clone(cells), more...)
	for i, cell := range all {
		all[i] = harmless(cell)
	}
	return out.Write(all)
}

// fresh is a header that the file does not have yet: one that it has twice would be refused.
func fresh(headers []string, name string) string {
	for slices.Contains(headers, name) {
		name += "*"
	}
	return name
}

// reasons are all that is wrong with a row, each with its column, and the value where it is a part of its cell. What stands beyond
// the last column has no place of its own, and is told here.
func reasons(row *inventory.Row, headers []string, locale string) string {
	var all []string
	for _, p := range row.Problems {
		reason := p.Reason.In(locale)
		if p.Column != "" {
			reason = p.Column + textColon.In(locale) + reason
		}
		if p.Value != "" && !slices.Contains(row.Cells, p.Value) {
			reason += " (" + p.Value + ")"
		}
		all = append(all, reason)
	}
	if beyond := row.Cells[min(len(row.Cells), len(headers)):]; len(beyond) > 0 {
		all = append(all, "… "+strings.Join(beyond, " | "))
	}
	return strings.Join(all, " / ")
}

package exchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// export streams a list that where filters and orderBy orders, as a table or as JSON, in memory that does not grow with it.
func (s *Service) export(w http.ResponseWriter, r *http.Request) error {
	file := r.PathValue("file")
	name, kind, _ := strings.Cut(file, ".")
	of, ok := lists[name]
	form := forms[kind]
	if !ok || form == nil {
		return fault.New(fault.NotFound, textNoList, listNames())
	}
	columns, err := columnsOf(r.URL.Query().Get("columns"), of.columns)
	if err != nil {
		return err
	}
	next, err := of.open(s, wanted{r.URL.Query().Get("where"), r.URL.Query().Get("orderBy")}, columns)
	if err != nil {
		return err
	}
	rows, last, err := next(r.Context(), nil) // what the first page is refused for is told yet
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file}))
	out := form(w, r, columns)
	for {
		patient(w)
		broken(out.rows(rows))
		if last == nil {
			break
		}
		rows, last, err = next(r.Context(), last)
		broken(err)
	}
	broken(out.end())
	return nil
}

func columnsOf(text string, all []string) ([]string, error) {
	if text == "" {
		return all, nil
	}
	columns := strings.Split(text, ",")
	for _, name := range columns {
		if !slices.Contains(all, name) || len(columns) > len(all) {
			return nil, fault.New(fault.Invalid, textNoColumn, name, strings.Join(all, ", ")).At("columns")
		}
	}
	return columns, nil
}

func badWhere(err error) error {
	return fault.New(fault.Invalid, textWhere, err.Error()).At("where").Because(err)
}

// sheet is what an export is written into.
type sheet interface {
	rows([][]any) error
	end() error
}

// forms are the forms of an export, by the ending of its name.
var forms = map[string]func(http.ResponseWriter, *http.Request, []string) sheet{"csv": newTable, "json": newArray}

// table is an export as CSV.
type table struct{ csv *csv.Writer }

// newTable begins a table: as RFC 4180 says, or with what Excel wants in countries that write 1,5.
func newTable(w http.ResponseWriter, r *http.Request, columns []string) sheet {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	t := &table{csv.NewWriter(w)}
	t.csv.UseCRLF = true
	if r.URL.Query().Get("for") == "excel" {
		_, _ = io.WriteString(w, "\ufeff")
		t.csv.Comma = ';'
	}
	_ = t.csv.Write(columns) // its error comes with the next row
	return t
}

func (t *table) rows(rows [][]any) error {
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = harmless(cellOf(value))
		}
		if err := t.csv.Write(cells); err != nil {
			return err
		}
	}
	t.csv.Flush()
	return t.csv.Error()
}

func (t *table) end() error {
	t.csv.Flush()
	return t.csv.Error()
}

func cellOf(value any) string {
	switch v := shown(value).(type) {
	case nil:
		return ""
	case []string:
		return strings.Join(v, " ")
	case map[string]string:
		pairs := make([]string, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			pairs = append(pairs, name+"="+v[name])
		}
		return strings.Join(pairs, " ")
	default:
		return fmt.Sprint(v)
	}
}

// harmless keeps a spreadsheet from taking a text for a formula, which it would run.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// array is an export as a JSON array of objects, one a line.
type array struct {
	w       io.Writer
	columns []string
	begun   bool
}

func newArray(w http.ResponseWriter, _ *http.Request, columns []string) sheet {
	w.Header().Set("Content-Type", "application/json")
	return &array{w: w, columns: columns}
}

func (a *array) rows(rows [][]any) error {
	var text bytes.Buffer
	for _, row := range rows {
		text.WriteString(map[bool]string{true: ",\n", false: "[\n"}[a.begun])
		a.begun = true
		for i, value := range row {
			text.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
			cell, err := json.Marshal(shown(value))
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "%q:%s", a.columns[i], cell)
		}
		text.WriteByte('}')
	}
	_, err := a.w.Write(text.Bytes())
	return err
}

func (a *array) end() error {
	_, err := io.WriteString(a.w, map[bool]string{true: "\n]\n", false: "[]\n"}[a.begun])
	return err
}

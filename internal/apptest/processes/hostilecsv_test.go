package processes_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/arpent/arpent/internal/apptest"
)

// file is one that a hosting provider might send: so many bytes, which nobody has to hold here; -1 does not say how many.
type file struct {
	size int64
	from io.Reader
}

func fileOf(text string) file { return file{int64(len(text)), strings.NewReader(text)} }

// filled is a file that begins with a text and goes on with another, over and over, up to a size.
func filled(begin, more string, size int64) file {
	return file{size, io.LimitReader(io.MultiReader(strings.NewReader(begin), &repeated{text: more}), size)}
}

// repeated is a text without end.
type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (n int, _ error) {
	for n < len(p) {
		copied := copy(p[n:], r.text[r.at:])
		n, r.at = n+copied, (r.at+copied)%len(r.text)
	}
	return n, nil
}

// received is what becomes of a file.
type received struct {
	Errors []apptest.Error
	Data   struct {
		ImportServers struct {
			Session        *struct{ ID string }
			Added, Refused int
			Rows           []struct {
				Line     int
				Problems []struct{ Column, Value, Reason string }
			}
			UserErrors []apptest.Error
		}
	}
}

// says is all that was said against a file, each once: the limit or reason, and what is wrong with its rows.
func (r received) says() string {
	var all []string
	for _, e := range r.Errors {
		all = append(all, e.Extensions.Code+" "+e.Extensions.Limit.Name+" "+e.Message)
	}
	for _, e := range r.Data.ImportServers.UserErrors {
		all = append(all, e.Message)
	}
	for _, row := range r.Data.ImportServers.Rows {
		for _, p := range row.Problems {
			all = append(all, fmt.Sprintf("%d %s: %s", row.Line, p.Column, p.Reason))
		}
	}
	return strings.Join(all, "\n")
}

// sendFile uploads a file that is to be imported, streamed; it may be asked by many at once.
func (in *installation) sendFile(provider string, f file) (came received, err error) {
	const query = `mutation($p: ID!, $file: Upload!) { importServers(input: {providerId: $p, file: $file, first: 1000}) { session { id } added refused
		rows { line problems { column value reason } } userErrors { message } } }`
	operations, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"p": provider, "file": nil}})
	if err != nil {
		return came, err
	}
	part := func(name, value string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	head := part("operations", string(operations)) + part("map", `{"0": ["variables.file"]}`) +
		"--x\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a.csv\"\r\n\r\n"
	const tail = "\r\n--x--\r\n"
	request, err := http.NewRequestWithContext(in.t.Context(), http.MethodPost, in.url+"/graphql", io.MultiReader(strings.NewReader(head), f.from, strings.NewReader(tail)))
	if err != nil {
		return came, err
	}
	if request.ContentLength = -1; f.size >= 0 {
		request.ContentLength = int64(len(head)) + f.size + int64(len(tail))
	}
	request.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	request.Header.Set("Authorization", "Bearer "+in.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return came, err
	}
	defer response.Body.Close()
	return came, json.NewDecoder(response.Body).Decode(&came)
}

// badRows is a file of so many rows, each with another hostname that is none and a number that is none.
func badRows(count int) string {
	var text strings.Builder
	text.WriteString("hostname,cores\n")
	for i := range count {
		fmt.Fprintf(&text, "not a name %d,many\n", i)
	}
	return text.String()
}

// numbered are so many lines with a name each.
func numbered(mark string, count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "%s%d\n", mark, i)
	}
	return text.String()
}

const large = 60 << 20

// hostileFiles are what bad files come as, each with words that are said of it.
func hostileFiles() map[string]struct {
	file
	says string
} {
	type hostile = struct {
		file
		says string
	}
	const columns = 200
	return map[string]hostile{
		"two gigabytes":                {filled("hostname\n", "web-1\n", 2<<30), "LIMITED upload"},
		"two gigabytes, unsaid":        {file{-1, filled("hostname\n", "web-1\n", 2<<30).from}, "INVALID"},
		"a ZIP renamed":                {filled("PK\x03\x04", "zip", large), "This is no CSV file"},
		"a program":                    {filled("\x7fELF\x02\x01\x00", "\x00", large), "This is no CSV file"},
		"a quote never closed":         {filled("hostname,cores\nweb-1,8\n\"", "web-2,8\n", large), "The row that begins in line 3 has more than"},
		"a quote, never closed, small": {fileOf("hostname,cores\nnot a name,8\n\"web-2,8\n"), "3 : a quotation mark that is never closed"},
		"a header of millions":         {filled("hostname", ",", large), "The row that begins in line 1 has more than"},
		"a row of millions":            {filled("hostname\nweb-1", ",", large), "The row that begins in line 2 has more than"},
		"many wide rows":               {filled("hostname\n", "web-1"+strings.Repeat(",", 100_000)+"\n", large), "than columns (1)"},
		"two hundred columns":          {fileOf("hostname" + strings.Repeat(",c", columns) + "\n"), "At most 100 columns, not 201"},
		"only blanks":                  {filled("", " ", large), "The file is empty"},
		"empty":                        {fileOf(""), "The file is empty"},
		"a header only":                {fileOf("hostname,ip\n"), "The file has a header and no rows"},
		"duplicate headers":            {fileOf("hostname,ip,ip\nweb-1,10.8.0.9,10.8.0.10\n"), `Two columns are called "ip"`},
		"too many rows":                {filled("hostname\n", "web-1\n", 20<<20), "The file has more than 200000 rows"},
		"formulas":                     {fileOf("hostname,os\n=cmd()|' /C calc'!A0,=1+1\n"), "2 hostname: no hostname"},
		"nulls":                        {fileOf("hostname\nweb\x00-1\n"), "This is no CSV file"},
		"late nulls":                   {fileOf("hostname\n" + numbered("web-", 20_000) + "web\x00-2\n"), "20002 hostname: a broken encoding"},
		"outside its network":          {fileOf("hostname,ip\nweb-1,10.8.0.9\nweb-2,192.0.2.1\n"), "3 ip: in none of this hosting provider's networks"},
		"an address twice":             {fileOf("hostname,ip\nweb-1,10.8.0.9\nweb-2,10.8.0.9\n"), "3 ip: stands in line 2 already"},
		"a hostname that is none":      {fileOf("hostname\n-web-\n" + strings.Repeat("x", 300) + "\n"), "3 hostname: no hostname"},
		"odd IPv6":                     {fileOf("hostname,ip\nweb-1,2001:db8:8:0:0:0:0:9\nweb-2,2001:DB8:8::0009\nweb-3,fe80::1%eth0\nweb-4,2001:db8:8::1::2\n"), "3 ip: stands in line 2 already"},
		"ten thousand bad rows":        {fileOf(badRows(10_000)), "Nothing was imported. Refused rows: 10000"},
		"not its encoding":             {fileOf("\xff\xfehostname\nweb-1\n"), ""},
	}
}

// Whatever comes as a file is judged in one pass, says what is wrong, leaves the inventory as it was, and needs no more memory than a
// good file of the largest size.
func TestHostileFilesChangeNothingInBoundedMemory(t *testing.T) {
	t.Parallel()
	in := install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=error")
	in.stock(1)
	var made map[string]any
	in.client().Get(&made, `mutation { a: createNetwork(input: {name: "eight", cidr: "10.8.0.0/24"}) { userErrors { message } }
		b: createNetwork(input: {name: "six", cidr: "2001:db8:8::/64"}) { userErrors { message } } }`, nil)
	before, provider := in.stored(), in.anyProvider()
	for name, hostile := range hostileFiles() {
		t.Run(name, func(t *testing.T) {
			peak := in.peak()
			came, err := in.sendFile(provider, hostile.file)
			require.NoError(t, err)
			require.Contains(t, came.says(), hostile.says)
			require.NotEmpty(t, came.says())
			require.Nil(t, came.Data.ImportServers.Session)
			require.Equal(t, before, in.stored(), "it was refused and changed something")
			require.Less(t, in.peak(), 700, "MiB; %d before", peak)
			if name == "ten thousand bad rows" {
				require.Equal(t, 10_000, came.Data.ImportServers.Refused, "all are counted")
				require.Len(t, came.Data.ImportServers.Rows, 1000)
				require.Len(t, came.Data.ImportServers.Rows[999].Problems, 2, "what is wrong with a row is told at once")
			}
			t.Logf("%d MiB, %d before", in.peak(), peak)
		})
	}
	good, err := in.sendFile(provider, fileOf("hostname,ip\nweb-1,10.8.0.9\n"))
	require.NoError(t, err)
	require.NotNil(t, good.Data.ImportServers.Session, good.says())
}

// stored counts what imports write.
func (in *installation) stored() [3]int {
	in.t.Helper()
	return [3]int{in.count("servers", ""), in.count("addresses", ""), in.count("importSessions", "")}
}

// Many who send the largest files at once are let in a few at a time; the memory of the server has a bound, and it goes on serving others.
func TestManyLargeUploadsKeepMemoryBounded(t *testing.T) {
	t.Parallel()
	const many = 10
	in := install(t, "ARPENT_WORKERS=0", "ARPENT_LOG_LEVEL=error")
	in.stock(1)
	provider, told := in.anyProvider(), make(chan string, many)
	for range many {
		go func() {
			came, err := in.sendFile(provider, filled("hostname,notes\n", "web 1,"+strings.Repeat("n", 400)+"\n", large))
			if err != nil {
				told <- err.Error()
				return
			}
			told <- came.says()
		}()
	}
	waited := 0
	for range many {
		said := <-told
		require.Regexp(t, "Nothing was imported|Others are sending large files", said[:min(len(said), 200)])
		if strings.HasPrefix(said, "UNAVAILABLE") {
			waited++
		}
	}
	require.Less(t, in.peak(), 1500, "MiB: all at once would take several times that")
	t.Logf("%d uploads of %d MiB at once, %d of them refused for it: %d MiB at most", many, large>>20, waited, in.peak())
}

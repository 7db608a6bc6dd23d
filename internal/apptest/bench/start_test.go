package bench

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkStart measures the program itself, alone on an empty folder: from its start to its first answer, what it
// has resident then, and its size.
func BenchmarkStart(b *testing.B) {
	binary := program(b)
	var empty, again, memory series
	b.ResetTimer()
	for range rounds {
		folder := b.TempDir()
		took, resident := startProgram(b, binary, folder)
		empty.took(took)
		memory = append(memory, resident)
		took, _ = startProgram(b, binary, folder)
		again.took(took)
	}
	size, err := os.Stat(binary)
	require.NoError(b, err)
	ms := func(s series) string { return duration(s.median()).Round(time.Millisecond).String() }
	found.add(row{what: "start to first answer, alone, on an empty folder", ours: ms(empty), bare: "OTF: 224ms", is: ms(empty), aim: "≤ 250ms", holds: empty.median() <= 250e6})
	found.add(row{what: "start to first answer, on a folder that is there", ours: ms(again), bare: "OTF: 74ms", is: ms(again)})
	found.add(row{what: "memory at rest", ours: fmt.Sprintf("%.0f MiB", memory.median()), bare: "OTF: 65 MB", is: fmt.Sprintf("%.0f MiB", memory.median()), aim: "≤ 100 MiB", holds: memory.median() <= 100})
	found.add(row{what: "size of the program, with the portal", ours: fmt.Sprintf("%d MB", size.Size()/1e6), bare: "OTF: 71 MB", is: fmt.Sprintf("%d MB", size.Size()/1e6)})
}

// program is the built program; make bench builds it with the portal inside.
func program(b *testing.B) string {
	b.Helper()
	built, err := filepath.Abs("../../../bin/arpent")
	require.NoError(b, err)
	if _, err := os.Stat(built); err == nil {
		return built
	}
	built = filepath.Join(b.TempDir(), "arpent")
	command := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", built, "../../../cmd/arpent")
	out, err := command.CombinedOutput()
	require.NoError(b, err, "%s", out)
	return built
}

// startProgram starts it, waits for its first answer, and stops it.
func startProgram(b *testing.B, binary, folder string) (took time.Duration, memory float64) {
	b.Helper()
	command := exec.Command(binary, "serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--log-level", "error")
	out, err := command.StdoutPipe()
	require.NoError(b, err)
	began := time.Now()
	require.NoError(b, command.Start())
	defer func() { _ = command.Process.Signal(syscall.SIGTERM); _ = command.Wait() }() // it was asked to end
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), " is at "); ok {
			response, err := http.Get(strings.TrimSpace(url) + "/readyz")
			require.NoError(b, err)
			require.NoError(b, response.Body.Close())
			require.Equal(b, http.StatusOK, response.StatusCode)
			return time.Since(began), memoryOf(b, command.Process.Pid)
		}
	}
	require.Fail(b, "it did not say where it is")
	return 0, 0
}

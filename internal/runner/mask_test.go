package runner_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/arpent/arpent/internal/runner"
)

func TestMaskerHidesEveryForm(t *testing.T) {
	t.Parallel()
	const secret = `pa"ss <word>` + "\nsecond line"
	masker := runner.NewMasker([]string{secret, "", "tok"})
	inJSON, err := json.Marshal(secret)
	require.NoError(t, err)
	for _, text := range []string{
		secret, string(inJSON), base64.StdEncoding.EncodeToString([]byte(secret)), "second line", "tok", "a tok b",
	} {
		masked := masker.Text(text)
		require.Contains(t, masked, runner.Masked)
		for _, hidden := range []string{"ss <word", "second", "tok", "u003c"} {
			require.NotContains(t, masked, hidden)
		}
	}
	require.Equal(t, "nothing to hide", masker.Text("nothing to hide"))
}

func TestMaskerHidesSecretsThatOverlap(t *testing.T) {
	t.Parallel()
	masker := runner.NewMasker([]string{"xyab", "abcd", "abcdef"})
	require.Equal(t, "-***-", masker.Text("-xyabcdef-"))
	require.Equal(t, "-***x***-", masker.Text("-abcdxabcdefxyab-"))
}

// However a stream is cut, what comes out is the same, it holds no secret, and nothing else is lost.
func TestMaskStreamProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("ab\n")), 1, 6, -1), 0, 4).Draw(t, "secrets")
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abc\n")), 0, 60, -1).Draw(t, "text")
		masker := runner.NewMasker(secrets)
		whole := masker.Text(text)

		stream, rest := masker.Stream(), []byte(text)
		var pieces bytes.Buffer
		for len(rest) > 0 {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			pieces.Write(stream.Mask(rest[:n]))
			rest = rest[n:]
		}
		pieces.Write(stream.Rest())
		require.Equal(t, whole, pieces.String())

		for _, secret := range secrets {
			require.NotContains(t, whole, secret)
		}
		require.Equal(t, strings.Count(text, "c"), strings.Count(whole, "c"))
	})
}

func TestMaskerKeepsValuesWhole(t *testing.T) {
	t.Parallel()
	masker := runner.NewMasker([]string{"hidden", "12345"})
	masked := masker.Value(map[string]any{"a": []any{"hidden!", json.Number("12345"), json.Number("7"), nil, true}, "hidden": "x"})
	require.Equal(t, map[string]any{"a": []any{"***!", "***", json.Number("7"), nil, true}, "***": "x"}, masked)
}

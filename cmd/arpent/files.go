package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// fromFiles reads the flags whose variable, with _FILE behind it, names a file: ARPENT_DATABASE_URL_FILE for
// ARPENT_DATABASE_URL. It keeps secrets out of environments and command lines. A value that is given directly wins.
func fromFiles(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, variable := range flag.Envs {
		path := os.Getenv(variable + "_FILE")
		if path == "" || os.Getenv(variable) != "" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", variable, err)
		}
		return strings.TrimSpace(string(text)), nil
	}
	return nil, nil //nolint:nilnil // nil is kong's word for "not from me"
}

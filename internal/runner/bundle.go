package runner

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// bundle is what Result.Plan holds: the tool's plan file and what another folder, maybe on another worker,
// needs to carry it out alike.
type bundle struct {
	Tool  string // made it; another one cannot read it
	Total int    // how many resource operations it holds, to show progress
	Lock  []byte // .terraform.lock.hcl: the providers the plan was made with
	Plan  []byte
}

// The names in a bundle's archive.
const (
	bundleAbout = "about.json"
	bundleLock  = "lock.hcl"
	bundlePlan  = "plan.tfplan"
)

// maxBundle bounds what is read from a bundle: a plan of thousands of resources has a few megabytes.
const maxBundle = 1 << 30

func (b bundle) pack() ([]byte, error) {
	about, err := json.Marshal(map[string]any{"tool": b.Tool, "total": b.Total})
	if err != nil {
		return nil, err
	}
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	for _, part := range []struct {
		name    string
		content []byte
	}{{bundleAbout, about}, {bundleLock, b.Lock}, {bundlePlan, b.Plan}} {
		if err := archive.WriteHeader(&tar.Header{Name: part.name, Mode: 0o600, Size: int64(len(part.content))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(part.content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("pack plan: %w", err)
	}
	return buffer.Bytes(), nil
}

func openBundle(packed []byte) (bundle, error) {
	parts := map[string][]byte{}
	archive := tar.NewReader(bytes.NewReader(packed))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return bundle{}, fmt.Errorf("open plan: %w", err)
		}
		if parts[header.Name], err = io.ReadAll(io.LimitReader(archive, maxBundle)); err != nil {
			return bundle{}, fmt.Errorf("open plan: %w", err)
		}
	}
	b := bundle{Lock: parts[bundleLock], Plan: parts[bundlePlan]}
	if err := json.Unmarshal(parts[bundleAbout], &b); err != nil {
		return bundle{}, fmt.Errorf("open plan: %w", err)
	}
	return b, nil
}

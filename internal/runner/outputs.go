package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// addOutputs takes the outputs from the stream of an apply, and the values that the stream hides from the
// state. The apply has succeeded, so a value that cannot be read is a warning.
func (j *job) addOutputs(ctx context.Context, result *Result, reported map[string]outputReport) {
	result.Outputs = map[string]Output{}
	hidden := false
	for name, o := range reported {
		result.Outputs[name] = Output{Value: o.Value, Type: o.Type, Sensitive: o.Sensitive}
		hidden = hidden || o.Value == nil
	}
	if !hidden {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	stored, err := j.storedOutputs(ctx)
	if err != nil {
		result.Diagnostics = append(result.Diagnostics, Diagnostic{
			Severity: "warning", Summary: "The sensitive outputs could not be read", Detail: j.mask.Text(err.Error()),
		})
	}
	for name, o := range result.Outputs {
		if value, ok := stored[name]; ok && o.Value == nil {
			result.Outputs[name] = value
		} else if o.Value == nil {
			delete(result.Outputs, name)
		}
	}
}

// storedOutputs reads the state itself, which is a hundred times quicker than to ask the tool, where the state
// is within our reach and not encrypted by the tool.
func (j *job) storedOutputs(ctx context.Context) (map[string]Output, error) {
	if j.task.State != nil {
		if outputs, err := j.task.State.outputs(ctx); err == nil {
			return outputs, nil
		}
	}
	j.tool.SetStdout(io.Discard)
	metas, err := j.tool.Output(ctx)
	if err != nil {
		return nil, err
	}
	outputs := map[string]Output{}
	for name, meta := range metas {
		outputs[name] = Output{Value: meta.Value, Type: meta.Type, Sensitive: meta.Sensitive}
	}
	return outputs, nil
}

// maxState is how large a state may be that is read for its outputs.
const maxState = 256 << 20

func (b *StateBackend) outputs(ctx context.Context) (map[string]Output, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.Address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(b.Username, b.Password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var state struct {
		Version int               `json:"version"`
		Outputs map[string]Output `json:"outputs"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxState)).Decode(&state)
	if err == nil && (response.StatusCode != http.StatusOK || state.Version != 4) {
		err = fmt.Errorf("state: status %d, version %d", response.StatusCode, state.Version)
	}
	return state.Outputs, err
}

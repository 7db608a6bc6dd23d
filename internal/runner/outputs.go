package runner

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// The bounds of the outputs that are kept with a resource. What is larger stays in the state.
const (
	maxOutput  = 1 << 20 // bytes of one value
	maxOutputs = 4 << 20 // of all
)

// addOutputs takes the outputs from the stream of an apply, and the values that the stream hides or has left out
// from the state. The apply has succeeded, so a value that cannot be read is a warning.
func (j *job) addOutputs(ctx context.Context, result *Result, out *stream) {
	result.Outputs = map[string]Output{}
	hidden := out.cut
	for name, o := range out.outputs {
		result.Outputs[name] = Output{Value: o.Value, Type: o.Type, Sensitive: o.Sensitive}
		hidden = hidden || o.Value == nil
	}
	if hidden {
		j.addStored(ctx, result, out.cut)
	}
	result.bound()
}

// bound leaves out what is too large to be kept with a resource, and says so.
func (r *Result) bound() {
	together := 0
	for _, name := range slices.Sorted(maps.Keys(r.Outputs)) {
		size := len(r.Outputs[name].Value)
		if together += size; size <= maxOutput && together <= maxOutputs {
			continue
		}
		together -= size
		delete(r.Outputs, name)
		r.warn("The output "+name+" is left out", fmt.Sprintf(
			"It has %d bytes: an output may have %d MiB, all together %d MiB. It is in the state.", size, maxOutput>>20, maxOutputs>>20))
	}
}

func (r *Result) warn(summary, detail string) {
	r.Diagnostics = append(r.Diagnostics, Diagnostic{Severity: "warning", Summary: summary, Detail: detail})
}

// addStored adds the values that the state holds, of all outputs or only of those that are known without a value.
func (j *job) addStored(ctx context.Context, result *Result, all bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	stored, err := j.storedOutputs(ctx)
	if err != nil {
		result.warn("The sensitive outputs could not be read", j.mask.Text(err.Error()))
	}
	for name, o := range stored {
		if _, known := result.Outputs[name]; all && !known {
			result.Outputs[name] = o
		}
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

// outputs reads a state only for its outputs: the rest may be as large as it likes.
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
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("state: status %d", response.StatusCode)
	}
	return stateOutputs(response.Body)
}

func stateOutputs(state io.Reader) (map[string]Output, error) {
	var version int
	var outputs map[string]Output
	m := newMembers(state)
	err := m.each(func(name string) (bool, error) {
		switch name {
		case "version":
			return true, m.take("the version", &version)
		case "outputs":
			return true, m.take("the outputs together", &outputs)
		}
		return false, nil
	})
	if err == nil && version != 4 {
		err = fmt.Errorf("state: version %d", version)
	}
	return outputs, err
}

//go:build peers

package processes_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// chaos is a house in which people go on working while everything breaks.
type chaos struct {
	*house
	projects []string // ids

	gate                                        sync.RWMutex // held alone by faults that are alone, shared by those that end tools
	redisBusy, postgresBusy, linkBusy, diskBusy sync.Mutex
	mu                                          sync.Mutex
	wishes                                      []*wish
	excuses                                     map[string]string       // folder of a task → why what it made may be there twice
	outages                                     map[time.Time]time.Time // when nobody could store a state
	violations                                  []string
	injected                                    []injection
	told                                        map[string]string // run → how it ended
}

// wish is a resource that somebody asked for.
type wish struct {
	project, mark, id, run string
	deleted                bool
}

type injection struct {
	at, took   time.Duration
	name, what string
}

func budget(t *testing.T, name string, otherwise int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err, name)
	return n
}

// TestChaos breaks real processes a hundred times at random while requests go on, and then counts: every accepted request has
// ended, each thing is in the cloud once and in the state, no process and no folder is left, every project runs again.
//
//	make chaos FAULTS=300 SEED=7
func TestChaos(t *testing.T) {
	count, seed := budget(t, "ARPENT_CHAOS_FAULTS", 100), budget(t, "ARPENT_CHAOS_SEED", time.Now().UnixNano()%1_000_000)
	t.Logf("seed %d", seed)
	c := open(t, 6, build(t, 1, "north", "south"))
	dice := rand.New(rand.NewPCG(uint64(seed), 0))
	ctx, stop := context.WithCancel(t.Context())
	var people sync.WaitGroup
	for i, project := range c.projects {
		wishes := rand.New(rand.NewPCG(uint64(seed), uint64(i)+1))
		people.Go(func() { c.work(ctx, project, wishes) })
	}
	c.breakThings(int(count), dice)
	stop()
	people.Wait()
	c.settleAll()
	c.count()
	c.report(seed)
}

// open founds projects in a house.
func open(t *testing.T, projects int, h *house) *chaos {
	t.Helper()
	c := &chaos{house: h, excuses: map[string]string{}, outages: map[time.Time]time.Time{}, told: map[string]string{}}
	for i := range projects {
		c.projects = append(c.projects, c.found(fmt.Sprintf("CHAOS%d", i)))
	}
	return c
}

// breakThings injects faults one after the other, up to three at a time.
func (c *chaos) breakThings(count int, dice *rand.Rand) {
	room := make(chan struct{}, 3)
	var all sync.WaitGroup
	for range count {
		f, own := pick(dice), rand.New(rand.NewPCG(dice.Uint64(), 0))
		pass(200*time.Millisecond + upTo(dice, 1200*time.Millisecond))
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			c.inject(f, own)
		})
	}
	all.Wait()
}

func (c *chaos) inject(f mishap, dice *rand.Rand) {
	switch {
	case f.alone:
		c.gate.Lock()
		defer c.gate.Unlock()
	case f.ends:
		c.gate.RLock()
		defer c.gate.RUnlock()
	}
	at := time.Now()
	what := f.inject(c, dice)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.injected = append(c.injected, injection{at.Sub(c.began), time.Since(at), f.name, what})
}

// excuse notes that a task is hit by a fault whose consequences no engine can undo. What it made before, when its
// provider may have ended already, is excused as well.
func (c *chaos) excuse(why, task string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.excuses[task] = why
}

// excuseAll excuses, for as long as a fault lasts, what is at work below a folder.
func (c *chaos) excuseAll(why, folder string, lasts time.Duration) {
	for end := time.Now().Add(lasts); ; pass(100 * time.Millisecond) {
		for _, process := range toolsBelow(folder) {
			c.excuse(why, process.task)
		}
		if !time.Now().Before(end) {
			return
		}
	}
}

func (c *chaos) violated(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.violations = append(c.violations, fmt.Sprintf(format, args...))
}

// work is somebody who asks for one thing after the other in a project, and sometimes gives one back.
func (c *chaos) work(ctx context.Context, project string, dice *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		if w := c.ready(project, dice); w != nil && dice.IntN(6) == 0 {
			c.give(w)
			c.ended(ctx, w)
			continue
		}
		inputs := map[string]any{"ledger": c.ledger, "mark": fmt.Sprintf("%s-%d", project, n), "millis": 100 + dice.IntN(400)}
		if dice.IntN(7) == 0 {
			inputs["stubborn"], inputs["millis"] = true, 2500
		}
		w := &wish{project: project, mark: fmt.Sprint(inputs["mark"])}
		c.request(w, fmt.Sprintf("thing-%d", n), inputs)
		c.ended(ctx, w)
	}
}

// request asks for what is wished, until it is accepted.
func (c *chaos) request(w *wish, name string, inputs map[string]any) {
	c.order(w, w.mark, `mutation($k: String!, $p: ID!, $n: String!, $i: JSON!) { made: requestResource(input: {projectId: $p, template: "cloud", name: $n, inputs: $i, idempotencyKey: $k}) { resource { id } run { id } userErrors { code message } } }`,
		map[string]any{"p": w.project, "n": name, "i": inputs})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wishes = append(c.wishes, w)
}

// give gives a thing back.
func (c *chaos) give(w *wish) {
	c.order(w, "delete-"+w.mark, `mutation($k: String!, $id: ID!) { made: deleteResource(input: {id: $id, idempotencyKey: $k}) { resource { id } run { id } userErrors { code message } } }`, map[string]any{"id": w.id})
	w.deleted = true
}

// ready is one of the project's wishes that came true.
func (c *chaos) ready(project string, dice *rand.Rand) *wish {
	c.mu.Lock()
	mine := slices.DeleteFunc(slices.Clone(c.wishes), func(w *wish) bool { return w.project != project || w.deleted })
	c.mu.Unlock()
	if len(mine) == 0 {
		return nil
	}
	w := mine[dice.IntN(len(mine))]
	if status, _ := c.statusOf(w); status != "READY" {
		return nil
	}
	return w
}

// order sends a mutation until it is accepted, always with the same key.
func (c *chaos) order(w *wish, key, mutation string, variables map[string]any) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var answer struct {
		Made struct {
			Resource, Run *struct{ ID string }
			UserErrors    []struct{ Code, Message string }
		}
	}
	variables["k"] = key
	err := c.ask(ctx, &answer, mutation, variables)
	for err == nil && len(answer.Made.UserErrors) > 0 && answer.Made.UserErrors[0].Code == "UNAVAILABLE" {
		pass(200 * time.Millisecond)
		err = c.ask(ctx, &answer, mutation, variables)
	}
	if err != nil || answer.Made.Run == nil {
		c.violated("%s was not accepted: %v %v", key, err, answer.Made.UserErrors)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w.run = answer.Made.Run.ID
	if answer.Made.Resource != nil {
		w.id = answer.Made.Resource.ID
	}
}

// runStatus is where a run stands, and why it came to nothing.
func (c *chaos) runStatus(id string) (status, failure string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var found struct {
		Node struct {
			Status  string
			Failure *struct{ En string }
		}
	}
	if err := c.ask(ctx, &found, `query($id: ID!) { node(id: $id) { ... on Run { status failure { en } } } }`, map[string]any{"id": id}); err != nil {
		c.violated("run %s: %v", id, err)
	}
	if found.Node.Failure != nil {
		failure = found.Node.Failure.En
	}
	return found.Node.Status, failure
}

func (c *chaos) runs(id string) bool {
	status, _ := c.runStatus(id)
	return !slices.Contains(finals, status)
}

var finals = []string{"SUCCEEDED", "FAILED", "CANCELED", "REJECTED"}

// ended waits until the run of a wish has ended, or nobody works any more.
func (c *chaos) ended(ctx context.Context, w *wish) bool {
	if w.run == "" {
		return true
	}
	for {
		if status, failure := c.runStatus(w.run); slices.Contains(finals, status) {
			c.mu.Lock()
			c.told[w.run] = strings.TrimSpace(status + " " + failure)
			c.mu.Unlock()
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(150 * time.Millisecond):
		}
	}
}

// someRun is one that works now.
func (c *chaos) someRun(dice *rand.Rand) string {
	c.mu.Lock()
	latest := map[string]string{}
	for _, w := range c.wishes {
		latest[w.project] = w.run
	}
	c.mu.Unlock()
	projects := slices.Sorted(maps.Keys(latest))
	dice.Shuffle(len(projects), func(i, j int) { projects[i], projects[j] = projects[j], projects[i] })
	for _, project := range projects {
		if run := latest[project]; run != "" && c.runs(run) {
			return run
		}
	}
	return ""
}

func (c *chaos) statusOf(w *wish) (resource, run string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var found struct {
		Node struct {
			Status string
			Runs   struct {
				Edges []struct{ Node struct{ ID string } }
			}
		}
	}
	err := c.ask(ctx, &found, `query($id: ID!) { node(id: $id) { ... on Resource { status runs(first: 1, orderBy: {direction: DESC, field: CREATED_AT}) { edges { node { id } } } } } }`, map[string]any{"id": w.id})
	if err != nil {
		c.violated("%s: %v", w.mark, err)
	}
	for _, edge := range found.Node.Runs.Edges {
		run = edge.Node.ID
	}
	return found.Node.Status, run
}

// settleAll waits until every accepted request has ended, with nothing broken any more; then what was canceled or given up is
// tried again until it is as it was wished.
func (c *chaos) settleAll() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	var all sync.WaitGroup
	for _, project := range c.projects {
		all.Go(func() {
			for _, w := range c.wishes {
				if w.project == project {
					c.fulfil(ctx, w)
				}
			}
		})
	}
	all.Wait()
}

func (c *chaos) fulfil(ctx context.Context, w *wish) {
	wanted := "READY"
	if w.deleted {
		wanted = "DELETED"
	}
	for range 6 {
		if !c.ended(ctx, w) {
			status, _ := c.runStatus(w.run)
			c.violated("run %s of %s never ended: it is %s", w.run, w.mark, status)
			return
		}
		status, run := c.statusOf(w)
		if status == wanted || w.id == "" {
			return
		}
		c.order(w, "again-"+run, `mutation($k: String!, $id: ID!) { made: retryRun(input: {id: $id, idempotencyKey: $k}) { run { id } userErrors { code message } } }`, map[string]any{"id": run})
	}
	status, _ := c.statusOf(w)
	c.violated("%s is %s and cannot be made %s", w.mark, status, wanted)
}

// count compares the cloud with the states and with what was wished.
func (c *chaos) count() {
	living, states := c.living(), map[string]string{} // id → name
	for _, project := range c.projects {
		maps.Copy(states, c.stateOf(project))
	}
	for _, w := range c.wishes {
		for _, part := range []string{"a", "b", "c"} {
			c.countOne(w, living[w.mark+"-"+part], states, w.mark+"-"+part)
		}
	}
	inCloud := c.objects()
	for id, name := range states {
		if o := inCloud[id]; o == nil || o.gone || o.made.IsZero() {
			c.violated("the state knows %s (%s), which is not in the cloud", name, id)
		}
	}
	c.nothingIsLeft()
}

func (c *chaos) countOne(w *wish, there []*object, states map[string]string, name string) {
	known := 0
	for _, o := range there {
		if states[o.id] != "" {
			known++
			continue
		}
		if why := c.excuses[o.task]; why == "" {
			at := o.made.Sub(c.began).Round(time.Millisecond)
			c.violated("%s is in the cloud (%s, made at %v by process %d of %s) and in no state; %s", name, o.id, at, o.provider, o.task, c.around(at))
		}
	}
	if want := map[bool]int{false: 1, true: 0}[w.deleted]; known != want {
		c.violated("%s is in the states %d times, not %d", name, known, want)
	}
}

// around tells which faults there were while something was made, and within a lease before and after.
func (c *chaos) around(at time.Duration) string {
	var then []string
	for _, i := range c.injected {
		if i.at < at+chaosLease && i.at+i.took > at-chaosLease {
			then = append(then, fmt.Sprintf("%s at %.1f s for %.1f s (%s)", i.name, i.at.Seconds(), i.took.Seconds(), i.what))
		}
	}
	return "around it: " + strings.Join(then, "; ")
}

// stateOf lists what a project's state holds, by the HTTP backend.
func (c *chaos) stateOf(project string) map[string]string {
	request, err := http.NewRequest(http.MethodGet, c.url+"/terraform/state/"+project, nil)
	require.NoError(c.t, err)
	request.SetBasicAuth("admin", c.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(c.t, err)
	defer response.Body.Close()
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct {
				Attributes struct{ ID, Name string }
			}
		}
	}
	require.NoError(c.t, json.NewDecoder(response.Body).Decode(&state))
	found := map[string]string{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if resource.Type == "fake_server" {
				found[instance.Attributes.ID] = instance.Attributes.Name
			}
		}
	}
	return found
}

// nothingIsLeft looks for processes and folders of tasks. Every run has ended, so there are none.
func (c *chaos) nothingIsLeft() {
	var tools []toolProcess
	var folders []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); pass(100 * time.Millisecond) {
		tools = toolsBelow(c.dir)
		folders, _ = filepath.Glob(filepath.Join(c.dir, "*", "process-*", "task-*"))
		more, _ := filepath.Glob(filepath.Join(c.dir, "data", "work", "process-*", "task-*"))
		if folders = append(folders, more...); len(tools)+len(folders) == 0 {
			return
		}
	}
	for _, tool := range tools {
		c.violated("process %d is left: %s", tool.pid, tool.command)
	}
	for _, folder := range folders {
		c.violated("the folder %s is left", folder)
	}
}

// report writes what was injected and what was seen into a file of the test's own, and its summary into the log.
func (c *chaos) report(seed int64) {
	path := filepath.Join(reports(c.t), fmt.Sprintf("chaos-%d.md", seed))
	summary := c.summary(seed)
	var text strings.Builder
	text.WriteString(summary + "\n## What was injected\n\n| at | for | fault | what was hit |\n| --- | --- | --- | --- |\n")
	for _, i := range c.injected {
		fmt.Fprintf(&text, "| %.1f s | %.1f s | %s | %s |\n", i.at.Seconds(), i.took.Seconds(), i.name, i.what)
	}
	require.NoError(c.t, os.WriteFile(path, []byte(text.String()), 0o600))
	c.t.Logf("%s\nthe whole report: %s", summary, path)
	for _, v := range c.violations {
		c.t.Error(v)
	}
}

// reports is the folder of reports: it outlives the test.
func reports(t *testing.T) string {
	t.Helper()
	dir := cmp.Or(os.Getenv("ARPENT_CHAOS_REPORTS"), filepath.Join("testdata", "reports"))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	path, err := filepath.Abs(dir)
	require.NoError(t, err)
	return path
}

func (c *chaos) summary(seed int64) string {
	var text strings.Builder
	fmt.Fprintf(&text, "# Chaos, seed %d\n\n%d faults in %.0f s.\n\n| fault | times |\n| --- | --- |\n", seed, len(c.injected), time.Since(c.began).Seconds())
	times := map[string]int{}
	for _, i := range c.injected {
		times[i.name]++
	}
	for _, name := range slices.Sorted(maps.Keys(times)) {
		fmt.Fprintf(&text, "| %s | %d |\n", name, times[name])
	}
	made, broken, windows := c.tally()
	fmt.Fprintf(&text, "\n%d requests were accepted. How their runs ended:\n\n| times | end |\n| --- | --- |\n", len(c.wishes))
	ends := map[string]int{}
	for _, end := range c.told {
		ends[end]++
	}
	for _, end := range slices.Sorted(maps.Keys(ends)) {
		fmt.Fprintf(&text, "| %d | %s |\n", ends[end], end)
	}
	text.WriteString("\n")
	fmt.Fprintf(&text, "The cloud saw %d objects made and %d creations broken off before anything was made.\n", made, broken)
	lost := 0
	for _, n := range windows {
		lost += n
	}
	fmt.Fprintf(&text, "In the cloud and in no state: %d", lost)
	for _, why := range slices.Sorted(maps.Keys(windows)) {
		fmt.Fprintf(&text, "; %d because %s", windows[why], why)
	}
	fmt.Fprintf(&text, ".\nViolations: %d.\n", len(c.violations))
	return text.String()
}

// tally counts what the cloud saw, and what was made twice because of a window that no engine closes.
func (c *chaos) tally() (made, broken int, windows map[string]int) {
	windows = map[string]int{}
	states := map[string]string{}
	for _, project := range c.projects {
		maps.Copy(states, c.stateOf(project))
	}
	for id, o := range c.objects() {
		if o.made.IsZero() {
			broken++
			continue
		}
		made++
		if why := c.excuses[o.task]; !o.gone && states[id] == "" && why != "" {
			windows[why]++
		}
	}
	return made, broken, windows
}

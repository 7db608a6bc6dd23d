//go:build peers

package processes_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// mishap is something that happens to the house. It is healed before inject returns, which says what was hit.
type mishap struct {
	name   string
	weight int
	alone  bool // it takes away where tools store their states: no tool is ended meanwhile
	ends   bool // it ends tools
	inject func(c *chaos, dice *rand.Rand) string
}

func mishaps() []mishap {
	return []mishap{
		{"kill -9 of a worker", 18, false, true, (*chaos).killWorker},
		{"kill -9 of a server", 10, true, true, (*chaos).killServer},
		{"worker frozen for a moment", 6, false, false, (*chaos).freezeShortly},
		{"worker frozen past its lease", 5, false, true, (*chaos).freezeLong},
		{"Redis flushed", 10, false, false, (*chaos).flushRedis},
		{"Redis killed and restarted", 8, false, false, (*chaos).restartRedis},
		{"PostgreSQL restarted", 6, false, false, (*chaos).restartPostgres},
		{"PostgreSQL's connections cut", 12, false, false, (*chaos).cutConnections},
		{"network cut shorter than the lease", 6, false, false, (*chaos).cutShortly},
		{"network cut longer than the lease", 2, false, true, (*chaos).cutLong},
		{"disk full", 5, false, false, (*chaos).fillDisk},
		{"run canceled", 9, false, false, (*chaos).cancelSome},
		{"kill -9 of the engine itself", 3, false, true, (*chaos).killEngine},
	}
}

// pick chooses a fault by its weight.
func pick(dice *rand.Rand) mishap {
	all, sum := mishaps(), 0
	for _, f := range all {
		sum += f.weight
	}
	n := dice.IntN(sum)
	for _, f := range all {
		if n -= f.weight; n < 0 {
			return f
		}
	}
	return all[0]
}

// pass lets time pass: a fault lasts for a while.
func pass(d time.Duration) { <-time.After(d) }

func upTo(dice *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(dice.Int64N(int64(d)))
}

// oneOf takes a unit that nothing else happens to now; the caller frees it.
func oneOf(units []*unit, dice *rand.Rand) *unit {
	for {
		u := units[dice.IntN(len(units))]
		if u.busy.TryLock() {
			return u
		}
		pass(50 * time.Millisecond)
	}
}

// atWork says what the tools below a folder are at.
func atWork(tools []toolProcess) string {
	var doing []string
	for _, command := range []string{"init", "plan", "show", "apply"} {
		for _, tool := range tools {
			if tool.engine(command) {
				doing = append(doing, command)
			}
		}
	}
	if doing == nil {
		return "idle"
	}
	return "in " + strings.Join(doing, ", ")
}

func (c *chaos) killWorker(dice *rand.Rand) string {
	u := oneOf(c.workers, dice)
	defer u.busy.Unlock()
	return c.killUnit(u, c.workDir(u.name), upTo(dice, 2*time.Second))
}

func (c *chaos) killServer(dice *rand.Rand) string {
	u := oneOf(c.servers, dice)
	defer u.busy.Unlock()
	return c.killUnit(u, filepath.Join(c.dir, "data"), upTo(dice, 1500*time.Millisecond))
}

// killUnit kills a process, starts it again after a while, and waits until what it had begun has ended.
func (c *chaos) killUnit(u *unit, folder string, down time.Duration) string {
	tools, began := toolsBelow(folder), time.Now()
	u.kill()
	pass(down)
	u.start()
	c.gone(tools)
	c.excuseEnded(tools, began)
	return fmt.Sprintf("%s, %s; back after %v", u.name, atWork(tools), down.Round(time.Millisecond))
}

// gone waits until processes have ended, which a lease bounds.
func (c *chaos) gone(tools []toolProcess) {
	for end := time.Now().Add(2 * chaosLease); time.Now().Before(end); pass(50 * time.Millisecond) {
		living := 0
		for _, tool := range tools {
			if syscall.Kill(tool.pid, 0) == nil {
				living++
			}
		}
		if living == 0 {
			return
		}
	}
}

func (c *chaos) freezeShortly(dice *rand.Rand) string {
	return c.freeze(dice, chaosLease/6+upTo(dice, chaosLease/6))
}

// freezeLong freezes a worker until its lease is lost. Its tools end by themselves meanwhile.
func (c *chaos) freezeLong(dice *rand.Rand) string {
	return c.freeze(dice, chaosLease+time.Second+upTo(dice, 2*time.Second))
}

func (c *chaos) freeze(dice *rand.Rand, how time.Duration) string {
	u := oneOf(c.workers, dice)
	defer u.busy.Unlock()
	tools, began := toolsBelow(c.workDir(u.name)), time.Now()
	frozen := u.signal(syscall.SIGSTOP)
	pass(how)
	left := 0
	for _, tool := range toolsBelow(c.workDir(u.name)) {
		if tool.engine("apply") {
			left++
		}
	}
	held := frozen.lives() // a worker that could not begin, on a full disk say, was ending by itself, and another one is there
	u.signal(syscall.SIGCONT)
	if how > chaosLease {
		c.excuseEnded(tools, began)
	}
	if how > chaosLease && held && left > 0 {
		c.violated("%s was frozen for %v, and its engine went on after its lease", u.name, how)
	}
	return fmt.Sprintf("%s, %s; for %v", u.name, atWork(tools), how.Round(time.Millisecond))
}

func (c *chaos) flushRedis(*rand.Rand) string {
	options, err := redis.ParseURL(c.redis.URL)
	if err != nil {
		return err.Error()
	}
	client := redis.NewClient(options)
	defer client.Close()
	c.redisBusy.Lock()
	defer c.redisBusy.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := client.FlushAll(ctx).Err(); err != nil {
		c.violated("FLUSHALL: %v", err)
	}
	return "FLUSHALL"
}

func (c *chaos) restartRedis(dice *rand.Rand) string {
	c.redisBusy.Lock()
	defer c.redisBusy.Unlock()
	down := upTo(dice, 2*time.Second)
	c.redis.Kill()
	pass(down)
	if err := c.redis.Start(); err != nil {
		c.violated("Redis does not start: %v", err)
	}
	return fmt.Sprintf("back, empty, after %v", down.Round(time.Millisecond))
}

func (c *chaos) restartPostgres(*rand.Rand) string {
	c.postgresBusy.Lock()
	defer c.postgresBusy.Unlock()
	began := time.Now()
	c.outage(began, began.Add(time.Hour)) // until it is over
	c.postgres.Kill()
	if err := c.postgres.Start(); err != nil {
		c.violated("PostgreSQL does not start: %v", err)
	}
	c.answers()
	c.outage(began, time.Now())
	return fmt.Sprintf("back after %v", time.Since(began).Round(time.Millisecond))
}

// outage notes when nobody could store a state.
func (c *chaos) outage(from, to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outages[from] = to
}

// excuseEnded excuses tools that were ended while nobody could store a state, or just before that: an engine asks again after a
// second, and then after two.
func (c *chaos) excuseEnded(tools []toolProcess, began time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for from, to := range c.outages {
		if to.Add(3*time.Second).Before(began) || time.Now().Before(from) {
			continue
		}
		for _, tool := range tools {
			c.excuses[tool.task] = "the database was away while the tool was ended"
		}
	}
}

func (c *chaos) cutConnections(*rand.Rand) string {
	c.postgresBusy.Lock()
	defer c.postgresBusy.Unlock()
	db, err := sql.Open("postgres", c.postgres.URL)
	if err != nil {
		return err.Error()
	}
	defer db.Close()
	var cut int
	err = db.QueryRow(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&cut)
	if err != nil {
		c.violated("pg_terminate_backend: %v", err)
	}
	return fmt.Sprintf("%d connections", cut)
}

func (c *chaos) cutShortly(dice *rand.Rand) string {
	return c.cutNetwork(chaosLease/12+upTo(dice, chaosLease/4), false)
}

// cutLong cuts the worker on the island off for longer than its lease. Its tool is stopped, and cannot store what it made: the
// run goes on elsewhere without knowing of that.
func (c *chaos) cutLong(dice *rand.Rand) string {
	return c.cutNetwork(chaosLease+time.Second+upTo(dice, 2*time.Second), true)
}

// cutNetwork cuts the worker on the island off. It is spared other faults meanwhile: a tool that is ended while it cannot reach
// what it stores its state in forgets what it made, and nobody can help that.
func (c *chaos) cutNetwork(how time.Duration, long bool) string {
	c.linkBusy.Lock()
	defer c.linkBusy.Unlock()
	if u := c.southern(); u != nil {
		u.busy.Lock()
		defer u.busy.Unlock()
	}
	if long {
		c.applies("south")
	}
	tools := toolsBelow(c.workDir("south"))
	err := c.island.cut()
	if long {
		c.excuseAll("the network was away for longer than the lease", c.workDir("south"), how)
	} else {
		pass(how)
	}
	if err := errors.Join(err, c.island.heal()); err != nil {
		c.violated("link: %v", err)
	}
	return fmt.Sprintf("south, %s; for %v", atWork(tools), how.Round(time.Millisecond))
}

// southern is the worker on the island.
func (c *chaos) southern() *unit {
	at := slices.IndexFunc(c.workers, func(u *unit) bool { return u.name == "south" })
	if at < 0 {
		return nil
	}
	return c.workers[at]
}

// applies waits for a worker to apply something, for a while.
func (c *chaos) applies(worker string) {
	for end := time.Now().Add(8 * time.Second); time.Now().Before(end); pass(20 * time.Millisecond) {
		if slices.ContainsFunc(toolsBelow(c.workDir(worker)), func(p toolProcess) bool { return p.engine("apply") }) {
			return
		}
	}
}

// fillDisk fills the disk where north has its runs, for a while.
func (c *chaos) fillDisk(dice *rand.Rand) string {
	c.diskBusy.Lock()
	defer c.diskBusy.Unlock()
	tools, how := toolsBelow(c.workDir("north")), 500*time.Millisecond+upTo(dice, 2*time.Second)
	c.fill(func() { pass(how) })
	return fmt.Sprintf("north, %s; for %v", atWork(tools), how.Round(time.Millisecond))
}

// fill leaves no byte on the disk where north has its runs, until meanwhile returns.
func (c *chaos) fill(meanwhile func()) {
	path := filepath.Join(c.workDir("north"), "filler")
	defer os.Remove(path)
	if err := fillDisk(path); err != nil {
		c.violated("fill the disk: %v", err)
		return
	}
	meanwhile()
}

// cancelSome cancels a run that is not at its end.
func (c *chaos) cancelSome(dice *rand.Rand) string {
	pass(upTo(dice, time.Second))
	run := c.someRun(dice)
	if run == "" {
		return "nothing runs"
	}
	var answer struct {
		CancelRun struct {
			Run        *struct{ Status, Phase string }
			UserErrors []struct{ Message string }
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := c.ask(ctx, &answer, `mutation($id: ID!) { cancelRun(input: {id: $id}) { run { status phase } userErrors { message } } }`, map[string]any{"id": run})
	switch {
	case err != nil:
		return run + ": " + err.Error()
	case answer.CancelRun.Run == nil:
		return run + ": it had ended"
	}
	return fmt.Sprintf("%s, then %s in %s", run, answer.CancelRun.Run.Status, answer.CancelRun.Run.Phase)
}

// killEngine kills an engine that applies, as the kernel does for want of memory: at any moment, or when it has made everything and
// is about to store its state. What it made since it last stored its state is not known to anybody.
func (c *chaos) killEngine(dice *rand.Rand) string {
	if dice.IntN(2) == 0 {
		return c.killEngineLate(dice)
	}
	return c.killEngineAnyTime(dice)
}

func (c *chaos) killEngineAnyTime(dice *rand.Rand) string {
	return c.killEngineWhen(dice, func(toolProcess) { pass(upTo(dice, time.Second)) })
}

func (c *chaos) killEngineLate(dice *rand.Rand) string {
	return c.killEngineWhen(dice, letProviderEnd)
}

func (c *chaos) killEngineWhen(dice *rand.Rand, come func(toolProcess)) string {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); pass(20 * time.Millisecond) {
		tools := toolsBelow(c.dir)
		dice.Shuffle(len(tools), func(i, j int) { tools[i], tools[j] = tools[j], tools[i] })
		for _, tool := range tools {
			if !tool.engine("apply") {
				continue
			}
			come(tool)
			if !alive(tool) {
				continue // it has ended, and its number may be somebody else's by now
			}
			_ = syscall.Kill(tool.pid, syscall.SIGKILL)
			c.excuse("the engine itself was killed", tool.task)
			c.gone([]toolProcess{tool})
			return fmt.Sprintf("process %d of %s", tool.pid, filepath.Base(tool.task))
		}
	}
	return "no engine was applying anything"
}

// letProviderEnd waits until the provider of an engine has ended, which it does when all is made.
func letProviderEnd(engine toolProcess) {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && alive(engine); pass(20 * time.Millisecond) {
		tools := toolsBelow(engine.task)
		at := slices.IndexFunc(tools, func(p toolProcess) bool { return strings.Contains(p.command, "terraform-provider") })
		if at < 0 {
			continue
		}
		for alive(tools[at]) && time.Now().Before(end) {
			pass(time.Millisecond)
		}
		return
	}
}

// alive tells whether a process is still the one that it was.
func alive(p toolProcess) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p.pid))
	return err == nil && strings.ReplaceAll(string(line), "\x00", " ") == p.command
}

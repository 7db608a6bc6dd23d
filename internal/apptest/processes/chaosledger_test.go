//go:build peers

package processes_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// object is something in the cloud that the ledger tells of.
type object struct {
	id, name    string
	began, made time.Time // made is zero for one whose creation was broken off
	gone        bool
	provider    int    // the process that made it
	task        string // and the folder of its task
}

// objects reads the ledger.
func (h *house) objects() map[string]*object {
	text, err := os.ReadFile(h.ledger)
	if err != nil {
		h.t.Error(err)
	}
	all := map[string]*object{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 6 {
			h.t.Errorf("a line of the ledger is torn: %q", line)
			continue
		}
		what, name, id := fields[0], fields[1], fields[2]
		millis, _ := strconv.ParseInt(fields[3], 10, 64)
		o := all[id]
		if o == nil {
			o = &object{id: id, name: name}
			all[id] = o
		}
		switch what {
		case "begin":
			o.began = time.UnixMilli(millis)
		case "create":
			o.made = time.UnixMilli(millis)
			o.provider, _ = strconv.Atoi(fields[4])
			o.task = fields[5]
		case "delete":
			o.gone = true
		}
	}
	return all
}

// living lists, by name, what is there now.
func (h *house) living() map[string][]*object {
	found := map[string][]*object{}
	for _, o := range h.objects() {
		if !o.made.IsZero() && !o.gone {
			found[o.name] = append(found[o.name], o)
		}
	}
	return found
}

// toolProcess is a process of a task: the launcher, the engine or a provider.
type toolProcess struct {
	pid     int
	task    string // the folder of its task
	command string
}

// engine tells whether the process is the engine itself, at work on a command.
func (p toolProcess) engine(command string) bool {
	args := strings.Fields(p.command)
	return len(args) > 1 && !strings.Contains(args[0], "terraform-provider") && !strings.HasPrefix(args[0], "/proc/") && strings.Contains(p.command, " "+command)
}

// toolsBelow lists the processes of the tasks below a folder.
func toolsBelow(folder string) (found []toolProcess) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		environment, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for entry := range bytes.SplitSeq(environment, []byte{0}) {
			config, ok := strings.CutPrefix(string(entry), "TF_CLI_CONFIG_FILE=")
			if !ok || !strings.HasPrefix(config, folder) {
				continue
			}
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if len(line) > 0 {
				found = append(found, toolProcess{pid, filepath.Dir(config), strings.ReplaceAll(string(line), "\x00", " ")})
			}
		}
	}
	return found
}

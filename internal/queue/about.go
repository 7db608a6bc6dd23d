package queue

import (
	"context"
	"strings"
	"time"
)

// About is what Redis tells of itself.
type About struct {
	Version string
	Policy  string // what it does when its memory is full; empty when it does not say
	Time    time.Time
}

// Evicts tells whether Redis drops keys of ours when its memory is full.
func (a About) Evicts() bool { return a.Policy != "" && a.Policy != "noeviction" }

// About asks Redis for its version, its policy and its clock.
func (c *Client) About(ctx context.Context) (About, error) {
	at, err := c.rdb.Time(ctx).Result()
	if err != nil {
		return About{}, unavailable(err)
	}
	info, err := c.rdb.Info(ctx).Result()
	if err != nil {
		return About{}, unavailable(err)
	}
	return About{Version: said(info, "redis_version"), Policy: said(info, "maxmemory_policy"), Time: at}, nil
}

// said finds a value in what INFO says.
func said(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

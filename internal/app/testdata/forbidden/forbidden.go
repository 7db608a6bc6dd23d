// Package forbidden breaks each rule of the house that a linter holds, once a line.
package forbidden

import (
	"context"
	"fmt"

	"entgo.io/ent/privacy"
	"github.com/redis/go-redis/v9" // want depguard
)

// Everything switches every policy off.
func Everything(ctx context.Context) context.Context {
	return privacy.DecisionContext(ctx, privacy.Allow) // want forbidigo
}

// Ring rings the bell around the queue.
func Ring(client *redis.Client) {
	client.Ping(context.Background()).Err() // want errcheck
	fmt.Println("rung")                     // want forbidigo
}

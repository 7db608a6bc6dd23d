package access

import "context"

// Following returns a context in which somebody looks who may change meanwhile: present is asked whenever it
// matters. It is for what lives long, such as a subscription, whose viewer may lose a role.
func Following(ctx context.Context, present func() *Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, present)
}

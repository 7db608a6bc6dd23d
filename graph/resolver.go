// Package graph is the GraphQL edge: thin resolvers that read the input, call one domain function or one ent
// expression, and return its result.
package graph

// Resolver holds what the resolvers call.
type Resolver struct{}

// Package evolution prints the whole GraphQL schema as clients see it, and says of two versions of it how the step
// from one to the other treats the clients of the first: safe, dangerous or breaking.
package evolution

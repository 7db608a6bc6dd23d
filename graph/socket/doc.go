// Package socket is GraphQL over WebSocket by the protocol graphql-transport-ws. gqlgen's own transport lacks what
// a server with strangers at the door needs: a deadline for writes, so that a client which stops reading is dropped
// instead of kept; a cap on subscriptions; the check that an id is used once; and the protocol's close codes, which
// tell a client whether to come again (with 1000 it does, at once, for ever).
package socket

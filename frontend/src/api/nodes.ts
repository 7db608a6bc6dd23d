/** A Relay connection, as far as a list needs it. */
interface ConnectionLike<Node> {
  edges?: readonly ({ node?: Node | null } | null)[] | null
}

/** The items of a connection. */
export function nodesOf<Node>(connection: ConnectionLike<Node> | null | undefined): Node[] {
  return connection?.edges?.flatMap((edge) => (edge?.node ? [edge.node] : [])) ?? []
}

terraform {
  required_version = ">= 1.5"

  required_providers {
    arpent = {
      source = "arpent.internal/arpent/arpent"
    }
  }
}

# The servers: the project's own as long as they stand here. Each has a number, so that a smaller cluster gives back the last ones.
resource "arpent_server" "node" {
  count = var.size

  name           = "${var.name}/${count.index + 1}"
  labels         = var.labels
  min_cores      = var.cores
  min_memory_mib = var.memory * 1024
  location       = var.location == "" ? null : var.location
  wait           = var.patience * 60
}

resource "arpent_address" "node" {
  count = var.network == "" ? 0 : var.size

  name      = "${var.name}/${count.index + 1}"
  network   = var.network
  server_id = arpent_server.node[count.index].server_id
  wait      = var.patience * 60
}

output "hostnames" {
  description = "Names of the servers, by their numbers."
  value       = arpent_server.node[*].hostname
}

output "addresses" {
  description = "IP addresses of each server, those from the network first."
  value = { for i, node in arpent_server.node : node.hostname =>
  distinct(concat(var.network == "" ? [] : [arpent_address.node[i].ip], node.addresses)) }
}

terraform {
  required_version = ">= 1.5"

  required_providers {
    arpent = {
      source = "arpent.internal/arpent/arpent"
    }
  }
}

# The server: the project's own as long as this stands here.
resource "arpent_server" "web" {
  name           = "${var.name}/web"
  labels         = var.labels
  min_cores      = var.cores
  min_memory_mib = var.memory * 1024
  location       = var.location == "" ? null : var.location
  wait           = var.patience * 60
}

resource "arpent_address" "web" {
  count = var.network == "" ? 0 : 1

  name      = "${var.name}/web"
  network   = var.network
  server_id = arpent_server.web.server_id
  wait      = var.patience * 60
}

# Whoever looks at the server's health sees that it was handed over, and when.
resource "arpent_state_report" "web" {
  subject_id        = arpent_server.web.server_id
  check             = "handover"
  status            = "OK"
  status_on_destroy = "OK"
  message           = "Web server ${var.name}"
}

output "hostname" {
  description = "Name of the server."
  value       = arpent_server.web.hostname
}

output "addresses" {
  description = "IP addresses of the server, those from the network first."
  value       = distinct(concat(arpent_address.web[*].ip, arpent_server.web.addresses))
}

output "server" {
  description = "Id of the server in the inventory."
  value       = arpent_server.web.server_id
}

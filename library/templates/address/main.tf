terraform {
  required_version = ">= 1.5"

  required_providers {
    arpent = {
      source = "arpent.internal/arpent/arpent"
    }
  }
}

# The address: the project's own as long as this stands here.
resource "arpent_address" "address" {
  name         = "${var.name}/address"
  network      = var.network == "" ? null : var.network
  family       = var.family == "" ? null : var.family
  requested_ip = var.ip == "" ? null : var.ip
  wait         = var.patience * 60
}

output "ip" {
  description = "The address."
  value       = arpent_address.address.ip
}

output "network" {
  description = "The network that it is of."
  value       = arpent_address.address.cidr
}

output "gateway" {
  description = "Gateway of the network; empty when there is none."
  value       = arpent_address.address.gateway
}

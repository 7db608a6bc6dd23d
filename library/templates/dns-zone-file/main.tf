terraform {
  required_version = ">= 1.5"

  required_providers {
    local = {
      source  = "hashicorp/local"
      version = ">= 1.4.0, < 3.0.0"
    }
  }
}

locals {
  # Text is quoted, with what would end the quotes escaped; the other types have validations that leave nothing to escape.
  records = [for r in var.records : {
    name = r.name
    type = r.type
    ttl  = coalesce(r.ttl, var.ttl)
    value = (
      r.type == "TXT" ? "\"${replace(replace(r.value, "\\", "\\\\"), "\"", "\\\"")}\"" :
      r.type == "CAA" ? "${join(" ", slice(split(" ", r.value), 0, 2))} \"${element(split(" ", r.value), 2)}\"" :
      r.value
    )
  }]
}

# The zone's serial number is the minute in which its content last changed: year, month, day, hour, minute.
# That fits 32 bits until 2042 and grows, which is all that other name servers want of it.
resource "terraform_data" "serial" {
  input = formatdate("YYMMDDhhmm", plantimestamp())

  triggers_replace = {
    zone         = var.zone
    name_servers = var.name_servers
    contact      = var.contact
    ttl          = var.ttl
    records      = var.records
  }

  lifecycle {
    ignore_changes = [input]
  }
}

resource "local_file" "zone" {
  filename             = "${var.storage_dir}/zones/${lower(var.project)}/${var.zone}.zone"
  file_permission      = "0644"
  directory_permission = "0755"

  content = templatefile("${path.module}/zone.tftpl", {
    zone         = var.zone
    name_servers = var.name_servers
    contact      = replace(var.contact, "@", ".")
    ttl          = var.ttl
    serial       = terraform_data.serial.output
    records      = local.records
  })
}

output "file" {
  description = "The zone file, in the form that BIND, NSD and Knot read."
  value       = local_file.zone.filename
}

output "serial" {
  description = "The zone's serial number."
  value       = terraform_data.serial.output
}

output "records" {
  description = "How many records the zone has, besides its own."
  value       = length(var.records)
}

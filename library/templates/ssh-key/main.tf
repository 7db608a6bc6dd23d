terraform {
  required_version = ">= 1.5"

  required_providers {
    tls = {
      source  = "hashicorp/tls"
      version = ">= 2.1.0, < 5.0.0"
    }
  }
}

locals {
  kind    = split("-", var.algorithm)
  comment = coalesce(trimspace(var.comment), "${lower(var.project)}-${var.name}")
}

resource "tls_private_key" "key" {
  algorithm   = local.kind[0]
  ecdsa_curve = local.kind[0] == "ECDSA" ? local.kind[1] : null
  rsa_bits    = local.kind[0] == "RSA" ? tonumber(local.kind[1]) : null
}

output "public_key" {
  description = "The public half, as a line of authorized_keys."
  value       = "${trimspace(tls_private_key.key.public_key_openssh)} ${local.comment}"
}

output "private_key" {
  description = "The private half, in PEM."
  value       = tls_private_key.key.private_key_pem
  sensitive   = true
}

output "fingerprint" {
  description = "MD5 fingerprint of the public half."
  value       = tls_private_key.key.public_key_fingerprint_md5
}

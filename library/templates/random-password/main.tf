terraform {
  required_version = ">= 1.5"

  required_providers {
    random = {
      source  = "hashicorp/random"
      version = ">= 3.5.0, < 4.0.0"
    }
  }
}

resource "random_password" "password" {
  length           = var.length
  special          = var.special
  override_special = var.special ? var.special_characters : null
  min_lower        = 1
  min_upper        = 1
  min_numeric      = 1
  min_special      = var.special ? 1 : 0
  keepers          = { rotation = var.rotation }
}

output "password" {
  description = "The password."
  value       = random_password.password.result
  sensitive   = true
}

output "bcrypt_hash" {
  description = "Its bcrypt hash, for programs that want no clear text."
  value       = random_password.password.bcrypt_hash
  sensitive   = true
}

output "rotation" {
  description = "Which password this is, counted from 1."
  value       = var.rotation
}

variable "resource_group_name" {
  type = string
}

variable "admins" {
  type = list(any)
}

variable "users" {
  type = list(any)
}

variable "guests" {
  type = list(any)
}

resource "terraform_data" "workspace" {
  input = {
    group  = var.resource_group_name
    admins = [for user in var.admins : user.oid]
    users  = [for user in concat(var.users, var.guests) : user.email]
  }
}

output "workspace_url" {
  value = "https://notebooks.example.org/${var.resource_group_name}"
}

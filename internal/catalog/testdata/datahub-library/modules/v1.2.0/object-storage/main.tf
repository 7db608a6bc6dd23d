variable "resource_group_name" {
  type = string
}

variable "project_cd" {
  type = string
}

variable "storage_size_limit_tb" {
  type = number
}

variable "storage_contributor_users" {
  type = list(any)
}

variable "storage_guest_users" {
  type = list(any)
}

variable "container_names" {
  type = list(string)
}

variable "common_tags" {
  type = map(any)
}

resource "terraform_data" "account" {
  input = {
    name  = "fsdh${lower(var.project_cd)}"
    group = var.resource_group_name
    limit = var.storage_size_limit_tb
    tags  = var.common_tags
  }
}

resource "terraform_data" "container" {
  for_each = toset(var.container_names)
  input    = "${terraform_data.account.output.name}/${each.key}"
}

resource "terraform_data" "grant" {
  for_each = merge(
    { for user in var.storage_contributor_users : user.email => "contributor" },
    { for user in var.storage_guest_users : user.email => "reader" },
  )
  input = { user = each.key, role = each.value }
}

output "storage_account_name" {
  value = terraform_data.account.output.name
}

output "grants" {
  value = { for user, grant in terraform_data.grant : user => grant.output.role }
}

locals {
  name = "fsdh_${lower(var.project_cd)}_${var.environment_name}_rg"
}

resource "terraform_data" "group" {
  input = {
    name     = local.name
    location = var.location
    budget   = var.budget_amount
    tags     = merge(var.common_tags, { project_cd = var.project_cd })
  }
}

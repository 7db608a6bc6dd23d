terraform {
  required_version = ">= 1.1"
}

module "resource_group_module" {
  source = "git::https://modules.example.org/datahub.git//modules/{{version}}/resource-group{{branch}}"

  project_cd         = var.project_cd
  environment_name   = var.environment_name
  datahub_app_sp_oid = var.datahub_app_sp_oid

  # optional variables
  budget_amount = var.budget_amount
  common_tags   = var.common_tags
}

output "project_cd" {
  value = module.resource_group_module.project_cd
}

output "new_project_template" {
  value = "completed"
}

output "version" {
  value = "{{version}}"
}

output "resource_group_name" {
  value = module.resource_group_module.resource_group_name
}

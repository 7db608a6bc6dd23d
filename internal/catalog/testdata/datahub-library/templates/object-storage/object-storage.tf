module "object_storage_module" {
  source     = "git::https://modules.example.org/datahub.git//modules/{{version}}/object-storage{{branch}}"
  depends_on = [module.resource_group_module]

  resource_group_name = module.resource_group_module.resource_group_name

  project_cd                = var.project_cd
  storage_contributor_users = var.storage_contributor_users
  storage_guest_users       = var.storage_guest_users
  storage_size_limit_tb     = var.storage_size_limit_tb
  container_names           = var.container_names
  common_tags               = var.common_tags
}

output "object_storage_account_name" {
  value = module.object_storage_module.storage_account_name
}

output "object_storage_grants" {
  value = module.object_storage_module.grants
}

output "object_storage_status" {
  value = "completed"
}

module "notebooks_module" {
  source     = "git::https://modules.example.org/datahub.git//modules/notebooks{{tag}}"
  depends_on = [module.resource_group_module]

  resource_group_name = module.resource_group_module.resource_group_name

  admins = var.notebook_admin_users
  users  = var.notebook_project_users
  guests = var.notebook_project_guests
}

output "notebooks_workspace_url" {
  value = module.notebooks_module.workspace_url
}

output "notebooks_status" {
  value = "completed"
}

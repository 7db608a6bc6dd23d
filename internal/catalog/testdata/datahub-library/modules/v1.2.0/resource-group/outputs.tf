output "resource_group_name" {
  value = terraform_data.group.output.name
}

output "project_cd" {
  value = var.project_cd
}

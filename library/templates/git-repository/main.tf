terraform {
  required_version = ">= 1.5"
}

locals {
  owner  = lower(var.project)
  script = "${path.module}/scripts/repository.sh"
}

# The repository itself: replaced only if it becomes another one, because replacing it loses what is in it.
resource "terraform_data" "repository" {
  triggers_replace = [local.owner, var.name]

  input = {
    path         = "${var.storage_dir}/git/${local.owner}/${var.name}.git"
    archive      = "${var.storage_dir}/archive/git/${local.owner}/${var.name}"
    when_deleted = var.when_deleted
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" create"
    environment = {
      SCRIPT      = local.script
      REPOSITORY  = self.input.path
      NAME        = var.name
      DESCRIPTION = var.description
      BRANCH      = var.default_branch
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exec sh \"$SCRIPT\" \"$ACTION\""
    environment = {
      SCRIPT     = "${path.module}/scripts/repository.sh"
      ACTION     = self.input.when_deleted
      REPOSITORY = self.input.path
      ARCHIVE    = self.input.archive
    }
  }
}

# What can change while the repository lives. Replacing it writes the settings again and nothing else.
resource "terraform_data" "settings" {
  triggers_replace = {
    repository  = terraform_data.repository.id
    description = var.description
    branch      = var.default_branch
    protect     = var.protect_default_branch
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" settings"
    environment = {
      SCRIPT      = local.script
      REPOSITORY  = terraform_data.repository.output.path
      DESCRIPTION = var.description
      BRANCH      = var.default_branch
      PROTECTED   = var.protect_default_branch ? var.default_branch : ""
    }
  }
}

output "clone_path" {
  description = "What git clone takes."
  value       = terraform_data.repository.output.path
  depends_on  = [terraform_data.settings]
}

output "default_branch" {
  description = "The branch that a clone checks out."
  value       = var.default_branch
}

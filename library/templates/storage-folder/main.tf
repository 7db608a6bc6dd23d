terraform {
  required_version = ">= 1.5"
}

locals {
  owner = lower(var.project)

  readme = <<-EOT
    # ${var.name}

    ${var.purpose}

    Owner: ${var.project}. Quota: ${var.quota_gb} GB. Members are listed in `.arpent/members.json`.
  EOT
}

# The folder itself: replaced only if it becomes another one, because replacing it loses what is in it.
resource "terraform_data" "folder" {
  triggers_replace = [local.owner, var.name]

  input = {
    path         = "${var.storage_dir}/folders/${local.owner}/${var.name}"
    archive      = "${var.storage_dir}/archive/folders/${local.owner}/${var.name}"
    when_deleted = var.when_deleted
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" create"
    environment = {
      SCRIPT = "${path.module}/scripts/folder.sh"
      FOLDER = self.input.path
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exec sh \"$SCRIPT\" \"$ACTION\""
    environment = {
      SCRIPT  = "${path.module}/scripts/folder.sh"
      ACTION  = self.input.when_deleted
      FOLDER  = self.input.path
      ARCHIVE = self.input.archive
    }
  }
}

# What Arpent keeps in it. Replacing it writes these files again and touches no other.
resource "terraform_data" "content" {
  triggers_replace = {
    folder     = terraform_data.folder.id
    purpose    = var.purpose
    quota_gb   = var.quota_gb
    subfolders = var.subfolders
    members    = var.members
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" write"
    environment = {
      SCRIPT     = "${path.module}/scripts/folder.sh"
      FOLDER     = terraform_data.folder.output.path
      README     = local.readme
      QUOTA      = jsonencode({ bytes = var.quota_gb * 1000000000 })
      MEMBERS    = jsonencode(var.members)
      SUBFOLDERS = join("\n", var.subfolders)
    }
  }
}

output "path" {
  description = "Where the folder is."
  value       = terraform_data.folder.output.path
  depends_on  = [terraform_data.content]
}

output "quota_gb" {
  description = "How much it may hold, in gigabytes."
  value       = var.quota_gb
}

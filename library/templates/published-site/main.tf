terraform {
  required_version = ">= 1.5"
}

locals {
  owner = lower(var.project)

  # The characters that mean something in HTML, as a list because & must be replaced before the others.
  paragraphs = [for text in split("\n\n", replace(var.text, "\r\n", "\n")) : trimspace(text) if trimspace(text) != ""]
  written = {
    title = var.title
    text  = join("\n\n", local.paragraphs)
  }
  escaped = { for key, text in local.written : key =>
    replace(replace(replace(replace(replace(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;"), "'", "&#39;")
  }
  links = [for link in var.links : {
    url = replace(link.url, "&", "&amp;") # its validation leaves no other such character
    label = replace(replace(replace(replace(replace(
    link.label, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;"), "'", "&#39;")
  }]

  page = templatefile("${path.module}/page.html.tftpl", {
    language   = var.language
    title      = local.escaped.title
    paragraphs = local.escaped.text == "" ? [] : split("\n\n", local.escaped.text)
    links      = local.links
    accent     = var.accent
    listed     = var.listed
  })
}

# The site's folder: made once, gone with everything in it at the end.
resource "terraform_data" "site" {
  triggers_replace = [local.owner, var.name]

  input = {
    folder = "${var.storage_dir}/sites/${local.owner}/${var.name}"
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" create"
    environment = {
      SCRIPT = "${path.module}/scripts/site.sh"
      SITE   = self.input.folder
    }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "exec sh \"$SCRIPT\" delete"
    environment = {
      SCRIPT = "${path.module}/scripts/site.sh"
      SITE   = self.input.folder
    }
  }
}

# The page in it. The inputs stand here one by one, so that a plan shows which of them changed.
resource "terraform_data" "page" {
  triggers_replace = {
    site     = terraform_data.site.id
    title    = var.title
    text     = var.text
    links    = var.links
    accent   = var.accent
    language = var.language
    listed   = var.listed
    layout   = filesha256("${path.module}/page.html.tftpl")
  }

  provisioner "local-exec" {
    command = "exec sh \"$SCRIPT\" write"
    environment = {
      SCRIPT = "${path.module}/scripts/site.sh"
      SITE   = terraform_data.site.output.folder
      PAGE   = local.page
    }
  }
}

output "url" {
  description = "Where the site is."
  value       = "${trimsuffix(var.sites_url, "/")}/${local.owner}/${var.name}/"
  depends_on  = [terraform_data.page]
}

output "folder" {
  description = "The site's folder in the storage."
  value       = terraform_data.site.output.folder
}

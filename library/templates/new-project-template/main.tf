# The base of every project: what the other templates of the project share.
terraform {
  required_version = ">= 1.5"
}

variable "project_acronym" {
  description = "The project's acronym."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project_acronym))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "project_name" {
  description = "The project's name."
  type        = string
}

variable "project_organization" {
  description = "The code of the organization that the project belongs to."
  type        = string
  default     = ""
}

variable "project_budget" {
  description = "The project's budget; null without one."
  type        = number
  default     = null
}

variable "project_tags" {
  description = "Tags of the project, for everything that can carry tags."
  type        = map(string)
  default     = {}
}

variable "project_environment" {
  description = "What the project's infrastructure is for."
  type        = string
  default     = "production"

  validation {
    condition     = contains(["production", "staging", "development"], var.project_environment)
    error_message = "The environment is production, staging or development."
  }
}

variable "project_data_classification" {
  description = "The most sensitive data that the project may hold."
  type        = string
  default     = "internal"

  validation {
    condition     = contains(["public", "internal", "confidential"], var.project_data_classification)
    error_message = "The classification is public, internal or confidential."
  }
}

locals {
  # Begins the name of whatever must be unique outside the project.
  project_prefix = lower(var.project_acronym)

  project_all_tags = merge(var.project_tags, {
    project        = var.project_acronym
    organization   = var.project_organization
    environment    = var.project_environment
    classification = var.project_data_classification
  })
}

# Holds the project's facts in its state, so that a change of them shows in a plan.
resource "terraform_data" "project" {
  input = {
    acronym      = var.project_acronym
    name         = var.project_name
    organization = var.project_organization
    budget       = var.project_budget
    tags         = local.project_all_tags
  }
}

output "project_prefix" {
  description = "Begins the names of what the project owns."
  value       = local.project_prefix
}

output "project_tags" {
  description = "The tags that the project's infrastructure carries."
  value       = local.project_all_tags
}

variable "project" {
  description = "Acronym of the project that owns the repository."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "name" {
  description = "Name of the repository."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "The name has at most 40 small letters, digits and dashes, a letter first."
  }
}

variable "storage_dir" {
  description = "Folder that holds what resources make."
  type        = string

  validation {
    condition     = can(regex("^/[^/]", var.storage_dir)) && !strcontains("${var.storage_dir}/", "/../")
    error_message = "The storage folder is an absolute path."
  }
}

variable "description" {
  description = "What the repository is for. It becomes the text of the first README.md as well."
  type        = string
  default     = ""

  validation {
    condition     = length(var.description) <= 2000
    error_message = "The description has at most 2,000 characters."
  }
}

variable "default_branch" {
  description = "The branch that a clone checks out."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$", var.default_branch)) && length(var.default_branch) <= 60
    error_message = "A branch has letters, digits, dashes, underscores and slashes, 60 characters at most."
  }
}

variable "protect_default_branch" {
  description = "Refuse pushes that rewrite the history of the default branch."
  type        = bool
  default     = true
}

variable "when_deleted" {
  description = "What becomes of the repository when the resource is deleted: delete or archive."
  type        = string
  default     = "delete"

  validation {
    condition     = contains(["delete", "archive"], var.when_deleted)
    error_message = "Choose delete or archive."
  }
}

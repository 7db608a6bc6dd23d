variable "project" {
  description = "Acronym of the project that owns the folder."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "name" {
  description = "Name of the folder."
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

variable "members" {
  description = "The project's members, who may use the folder."
  type = list(object({
    email = string
    name  = optional(string, "")
    role  = optional(string, "")
  }))
  default = []
}

variable "purpose" {
  description = "What the folder is for, for its README.md."
  type        = string
  default     = ""

  validation {
    condition     = length(var.purpose) <= 4000
    error_message = "The purpose has at most 4,000 characters."
  }
}

variable "quota_gb" {
  description = "How much it may hold, in gigabytes."
  type        = number
  default     = 10

  validation {
    condition     = var.quota_gb >= 1 && var.quota_gb <= 500 && floor(var.quota_gb) == var.quota_gb
    error_message = "The quota is a whole number from 1 to 500."
  }
}

variable "subfolders" {
  description = "Folders to make in it."
  type        = set(string)
  default     = []

  validation {
    condition     = length(var.subfolders) <= 20
    error_message = "There are at most 20 folders."
  }

  validation {
    condition     = alltrue([for name in var.subfolders : can(regex("^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$", name))])
    error_message = "A folder's name has at most 60 letters, digits, spaces, dots, dashes and underscores, a letter or digit first."
  }
}

variable "when_deleted" {
  description = "What becomes of the folder when the resource is deleted: delete or archive."
  type        = string
  default     = "archive"

  validation {
    condition     = contains(["delete", "archive"], var.when_deleted)
    error_message = "Choose delete or archive."
  }
}

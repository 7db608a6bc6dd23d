variable "project" {
  description = "Acronym of the project that owns the site."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "name" {
  description = "Name of the site, the last part of its address."
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

variable "sites_url" {
  description = "Where the storage's sites are served."
  type        = string

  validation {
    condition     = can(regex("^https?://[^\\s\"'<>]+$", var.sites_url))
    error_message = "The address begins with http:// or https://."
  }
}

variable "title" {
  description = "Title of the page."
  type        = string

  validation {
    condition     = length(trimspace(var.title)) >= 1 && length(var.title) <= 120
    error_message = "The title has 1 to 120 characters."
  }
}

variable "text" {
  description = "Text of the page; an empty line begins a new paragraph."
  type        = string
  default     = ""

  validation {
    condition     = length(var.text) <= 8000
    error_message = "The text has at most 8,000 characters."
  }
}

variable "links" {
  description = "Links under the text."
  type = list(object({
    label = string
    url   = string
  }))
  default = []

  validation {
    condition     = length(var.links) <= 20
    error_message = "A page has at most 20 links."
  }

  validation {
    condition     = alltrue([for link in var.links : length(trimspace(link.label)) >= 1 && length(link.label) <= 80])
    error_message = "A link's label has 1 to 80 characters."
  }

  validation {
    condition     = alltrue([for link in var.links : can(regex("^(https?://|mailto:)[^\\s\"'<>]+$", link.url)) && length(link.url) <= 300])
    error_message = "A link begins with https://, http:// or mailto: and has at most 300 characters."
  }
}

variable "accent" {
  description = "Accent colour."
  type        = string
  default     = "#1f6feb"

  validation {
    condition     = can(regex("^#[0-9a-fA-F]{6}$", var.accent))
    error_message = "Write a colour as #1f6feb."
  }
}

variable "language" {
  description = "Language of the page."
  type        = string
  default     = "en"

  validation {
    condition     = contains(["en", "fr"], var.language)
    error_message = "The language is en or fr."
  }
}

variable "listed" {
  description = "Whether search engines may list the page."
  type        = bool
  default     = false
}

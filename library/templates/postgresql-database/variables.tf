variable "project" {
  description = "Acronym of the project that owns the database."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "name" {
  description = "Name of the database."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "The name has at most 40 small letters, digits and dashes, a letter first."
  }
}

variable "host" {
  description = "Host of the PostgreSQL server."
  type        = string
}

variable "port" {
  description = "Port of the PostgreSQL server."
  type        = number
  default     = 5432
}

variable "extensions" {
  description = "Extensions to create in the database."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.extensions : can(regex("^[a-z][a-z0-9_-]{0,62}$", name))])
    error_message = "An extension's name has small letters, digits, dashes and underscores."
  }
}

variable "connection_limit" {
  description = "How many connections the database accepts at once; -1 for any number."
  type        = number
  default     = 50

  validation {
    condition     = var.connection_limit >= -1 && var.connection_limit <= 1000 && floor(var.connection_limit) == var.connection_limit
    error_message = "The limit is a whole number from -1 to 1000."
  }
}

variable "reader" {
  description = "Make a second role that may read every table and change none."
  type        = bool
  default     = false
}

variable "rotation" {
  description = "Raise it by one to get new passwords."
  type        = number
  default     = 1

  validation {
    condition     = var.rotation >= 1 && floor(var.rotation) == var.rotation
    error_message = "The rotation is a whole number from 1."
  }
}

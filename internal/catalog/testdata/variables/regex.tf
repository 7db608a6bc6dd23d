variable "slug" {
  type = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.slug))
    error_message = "Small letters, digits and dashes."
  }
}

variable "spaced" {
  type = string
  validation {
    condition     = length(regexall("\\s.\\-", var.spaced)) > 0
    error_message = "Rewritten for ECMAScript."
  }
}

variable "not_portable" {
  type = string
  validation {
    condition     = can(regex("(?i)^[[:alpha:]]+$", var.not_portable))
    error_message = "Letters."
  }
}

variable "free_of" {
  type = string
  validation {
    condition     = !can(regex("[A-Z]", var.free_of))
    error_message = "No capitals."
  }
}

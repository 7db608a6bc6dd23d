variable "name" {
  description = "Name of the address."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "The name has at most 40 small letters, digits and dashes, a letter first."
  }
}

variable "network" {
  description = "Network that it is taken from, by name; any that the project may use when empty."
  type        = string
  default     = ""

  validation {
    condition     = length(var.network) <= 100
    error_message = "The name of the network has at most 100 characters."
  }
}

variable "family" {
  description = "IPV4 or IPV6; either when empty."
  type        = string
  default     = ""

  validation {
    condition     = contains(["", "IPV4", "IPV6"], var.family)
    error_message = "The kind is IPv4, IPv6 or either."
  }
}

variable "ip" {
  description = "This very address; the lowest free one when empty."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[0-9A-Fa-f.:]{0,45}$", var.ip))
    error_message = "Write an IP address as 192.0.2.10 or 2001:db8::10."
  }
}

variable "patience" {
  description = "Minutes to wait in line when nothing is free."
  type        = number
  default     = 0

  validation {
    condition     = var.patience >= 0 && var.patience <= 60 && floor(var.patience) == var.patience
    error_message = "The patience is 0 to 60 minutes."
  }
}

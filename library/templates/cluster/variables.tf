variable "name" {
  description = "Name of the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "The name has at most 40 small letters, digits and dashes, a letter first."
  }
}

variable "size" {
  description = "How many servers."
  type        = number
  default     = 3

  validation {
    condition     = var.size >= 1 && var.size <= 200 && floor(var.size) == var.size
    error_message = "A cluster has 1 to 200 servers."
  }
}

variable "labels" {
  description = "Labels that each server must have, as name=value or the name alone."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.labels) <= 20 && alltrue([for label in var.labels : can(regex("^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?(=([A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?)?)?$", label))])
    error_message = "At most 20 labels, each name=value or the name alone, of letters, digits and . _ / - inside, 63 characters at most."
  }
}

variable "cores" {
  description = "Cores that each server must have at least."
  type        = number
  default     = 1

  validation {
    condition     = var.cores >= 1 && var.cores <= 1024 && floor(var.cores) == var.cores
    error_message = "A server has 1 to 1024 cores."
  }
}

variable "memory" {
  description = "Memory that each server must have at least, in GiB."
  type        = number
  default     = 1

  validation {
    condition     = var.memory >= 1 && var.memory <= 65536 && floor(var.memory) == var.memory
    error_message = "A server has 1 to 65,536 GiB of memory."
  }
}

variable "location" {
  description = "Where each server must be; anywhere when empty."
  type        = string
  default     = ""

  validation {
    condition     = length(var.location) <= 100
    error_message = "The location has at most 100 characters."
  }
}

variable "network" {
  description = "Network of which each server gets an address, by name; none when empty."
  type        = string
  default     = ""

  validation {
    condition     = length(var.network) <= 100
    error_message = "The name of the network has at most 100 characters."
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

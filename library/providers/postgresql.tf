# How the project's PostgreSQL databases are reached. This file stays in the project's folder as long as the project has
# had one: what it made cannot be destroyed without it.

variable "postgresql_host" {
  description = "Host of the PostgreSQL server."
  type        = string
}

variable "postgresql_port" {
  description = "Port of the PostgreSQL server."
  type        = number
  default     = 5432

  validation {
    condition     = var.postgresql_port >= 1 && var.postgresql_port <= 65535
    error_message = "A port is a number from 1 to 65535."
  }
}

variable "postgresql_username" {
  description = "A role that may create roles and databases."
  type        = string
  default     = "postgres"
}

variable "postgresql_password" {
  description = "The password of that role."
  type        = string
  sensitive   = true
}

variable "postgresql_superuser" {
  description = "Whether that role is a superuser; managed servers give none."
  type        = bool
  default     = true
}

variable "postgresql_sslmode" {
  description = "How the connection is protected."
  type        = string
  default     = "require"

  validation {
    condition     = contains(["disable", "require", "verify-ca", "verify-full"], var.postgresql_sslmode)
    error_message = "The mode is disable, require, verify-ca or verify-full."
  }
}

provider "postgresql" {
  host            = var.postgresql_host
  port            = var.postgresql_port
  username        = var.postgresql_username
  password        = var.postgresql_password
  superuser       = var.postgresql_superuser
  sslmode         = var.postgresql_sslmode
  connect_timeout = 15
}

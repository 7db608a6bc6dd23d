variable "cidr" {
  type = string
  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "Not a CIDR: ${var.cidr}."
  }
  validation {
    condition     = var.cidr != var.other
    error_message = "Not the same as the other."
  }
}

variable "other" {
  type    = string
  default = "10.0.0.0/8"
}

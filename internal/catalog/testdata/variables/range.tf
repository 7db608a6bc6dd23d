variable "port" {
  type = number
  validation {
    condition     = var.port >= 1024 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "1024 to 65535."
  }
}

variable "ratio" {
  type = number
  validation {
    condition     = 0 < var.ratio && var.ratio < 1
    error_message = "Between 0 and 1."
  }
}

variable "either" {
  type = number
  validation {
    condition     = var.either == 0 || var.either >= 10
    error_message = "0, or 10 and more."
  }
}

variable "even" {
  type = number
  validation {
    condition     = var.even % 2 == 0
    error_message = "Even."
  }
}

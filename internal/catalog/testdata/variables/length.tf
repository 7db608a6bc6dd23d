variable "name" {
  type = string
  validation {
    condition     = length(var.name) >= 3 && length(var.name) < 20
    error_message = "3 to 19 characters."
  }
}

variable "items" {
  type = list(string)
  validation {
    condition     = length(var.items) > 0 && 10 >= length(var.items)
    error_message = "1 to 10."
  }
}

variable "labels" {
  type = map(string)
  validation {
    condition     = length(var.labels) != 0
    error_message = "One at least."
  }
}

variable "hosts" {
  type = list(string)
  validation {
    condition     = alltrue([for h in var.hosts : can(regex("^[a-z]+$", h)) && length(h) <= 10])
    error_message = "Small letters, 10 at most."
  }
}

variable "weights" {
  type = map(number)
  validation {
    condition     = alltrue([for w in var.weights : w > 0])
    error_message = "More than nothing."
  }
}

variable "name" {
  type = string
  validation {
    condition     = length(var.name) > 2
    error_message = "Longer."
  }
  validation {
    condition     = length(var.name) > 4
    error_message = "Longer still."
  }
  validation {
    condition     = can(regex("a", var.name)) && can(regex("b", var.name))
    error_message = "With a and b."
  }
}

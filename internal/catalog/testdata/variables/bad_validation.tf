variable "a" {
  type = string
  validation {
    condition = true
  }
}

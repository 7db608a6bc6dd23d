variable "may_be_null" {
  type    = string
  default = null
}

variable "explicitly" {
  type     = number
  nullable = true
}

variable "never" {
  type     = string
  default  = "x"
  nullable = false
}

variable "choice_or_null" {
  type    = string
  default = null
  validation {
    condition     = var.choice_or_null == null ? true : contains(["a", "b"], var.choice_or_null)
    error_message = "a or b."
  }
}

variable "project_secret_length" {
  description = "How many hexadecimal digits the secret has."
  type        = number
  default     = 64

  validation {
    condition     = contains([32, 64, 128], var.project_secret_length)
    error_message = "The secret has 32, 64 or 128 digits."
  }
}

variable "project_secret_rotation" {
  description = "Raise it by one to get a new secret."
  type        = number
  default     = 1

  validation {
    condition     = var.project_secret_rotation >= 1 && floor(var.project_secret_rotation) == var.project_secret_rotation
    error_message = "The rotation is a whole number from 1."
  }
}

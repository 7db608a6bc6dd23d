variable "project" {
  description = "Acronym of the project that owns the key."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "name" {
  description = "Name of the key."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.name))
    error_message = "The name has at most 40 small letters, digits and dashes, a letter first."
  }
}

variable "algorithm" {
  description = "Kind of the key."
  type        = string
  default     = "ECDSA-P256"

  validation {
    condition     = contains(["ECDSA-P256", "ECDSA-P384", "RSA-3072", "RSA-4096"], var.algorithm)
    error_message = "The kind is ECDSA-P256, ECDSA-P384, RSA-3072 or RSA-4096."
  }
}

variable "comment" {
  description = "Comment at the end of the public key; the project and the name without one."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[A-Za-z0-9@._ +-]{0,100}$", var.comment))
    error_message = "The comment has at most 100 letters, digits, spaces and @ . _ + -."
  }
}

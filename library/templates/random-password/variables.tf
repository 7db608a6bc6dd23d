variable "length" {
  description = "How many characters the password has."
  type        = number
  default     = 24

  validation {
    condition     = var.length >= 12 && var.length <= 128 && floor(var.length) == var.length
    error_message = "The length is a whole number from 12 to 128."
  }
}

variable "special" {
  description = "Whether it has special characters."
  type        = bool
  default     = true
}

variable "special_characters" {
  description = "Which special characters it may have."
  type        = string
  default     = "!#%*+-_=?"

  validation {
    condition     = can(regex("^[!#$%&()*+,./:;<=>?@^_{|}~\\[\\]-]{1,32}$", var.special_characters))
    error_message = "Give 1 to 32 special characters; quotes, backslash and spaces are not among them."
  }
}

variable "rotation" {
  description = "Raise it by one to get a new password."
  type        = number
  default     = 1

  validation {
    condition     = var.rotation >= 1 && floor(var.rotation) == var.rotation
    error_message = "The rotation is a whole number from 1."
  }
}

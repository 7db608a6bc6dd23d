variable "password" {
  type      = string
  sensitive = true
}

variable "token" {
  type      = string
  sensitive = true
  default   = "not-to-be-shown"
}

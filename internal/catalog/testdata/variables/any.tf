variable "anything" {
  type    = any
  default = { a = [1, "x", null] }
}

variable "untyped" {}

variable "users" {
  type    = list(any)
  default = []
}

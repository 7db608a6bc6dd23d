variable "big" {
  type    = number
  default = 12345678901234567890
}

variable "small" {
  type    = number
  default = 0.1
}

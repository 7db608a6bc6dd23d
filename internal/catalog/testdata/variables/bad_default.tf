variable "a" {
  type    = number
  default = "twelve"
}

variable "b" {
  type    = object({ x = string })
  default = {}
}

variable "c" {
  type    = string
  default = timestamp()
}

variable "pair" {
  type    = tuple([string, number, object({ a = optional(bool, true) })])
  default = ["x", 1, {}]
}

variable "empty" {
  type    = tuple([])
  default = []
}

variable "a" {
  type = strng
}

variable "b" {
  type = list(string, number)
}

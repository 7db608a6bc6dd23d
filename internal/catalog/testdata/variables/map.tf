variable "labels" {
  type    = map(string)
  default = { b = "2", a = 1 }
}

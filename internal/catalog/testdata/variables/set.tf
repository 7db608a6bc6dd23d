variable "zones" {
  type    = set(number)
  default = [3, 1, 2, 1]
}

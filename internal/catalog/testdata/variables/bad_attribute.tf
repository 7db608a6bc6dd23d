variable "a" {
  type  = string
  defalt = "x"
}

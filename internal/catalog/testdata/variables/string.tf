variable "name" {
  type        = string
  description = "What it is called."
}

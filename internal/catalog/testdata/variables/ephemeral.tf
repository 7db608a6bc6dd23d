variable "session" {
  type      = string
  ephemeral = true
  sensitive = true
}

variable "text" {
  type        = string
  description = <<-EOT
    Several
    lines.
  EOT
  default     = <<-EOT
    one
    two
  EOT
  validation {
    condition     = var.text != ""
    error_message = <<-EOT
      Not empty.
    EOT
  }
}

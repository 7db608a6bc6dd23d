variable "url" {
  type = string
  validation {
    condition     = startswith(var.url, "https://") && !endswith(var.url, "/")
    error_message = "https, no slash at the end."
  }
}

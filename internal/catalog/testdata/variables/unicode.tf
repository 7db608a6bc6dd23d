variable "größe" {
  type        = string
  description = "Größe — taille « 大 »"
  default     = "é\u00e9 \"quoted\" $${literal}"
}

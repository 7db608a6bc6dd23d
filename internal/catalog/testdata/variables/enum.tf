variable "region" {
  type = string
  validation {
    condition     = contains(["north", "south"], var.region)
    error_message = "north or south."
  }
}

variable "count_of" {
  type = number
  validation {
    condition     = var.count_of == 1 || var.count_of == 3 || var.count_of == 5
    error_message = "1, 3 or 5."
  }
}

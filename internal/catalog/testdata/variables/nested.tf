variable "apps" {
  type = map(list(object({
    name = string
    env  = optional(map(string), {})
    ports = optional(set(object({
      number = number
      public = optional(bool, false)
    })), [])
  })))
}

variable "disk" {
  type = object({
    size  = number
    kind  = optional(string, "ssd")
    label = optional(string)
    mount = optional(object({
      path    = string
      options = optional(list(string), ["rw"])
    }), { path = "/data" })
  })
}

variable "project" {
  description = "Acronym of the project that owns the zone."
  type        = string

  validation {
    condition     = can(regex("^[A-Z][A-Z0-9]{1,9}$", var.project))
    error_message = "The acronym has 2 to 10 capital letters and digits, a letter first."
  }
}

variable "storage_dir" {
  description = "Folder that holds what resources make."
  type        = string

  validation {
    condition     = can(regex("^/[^/]", var.storage_dir)) && !strcontains("${var.storage_dir}/", "/../")
    error_message = "The storage folder is an absolute path."
  }
}

variable "zone" {
  description = "Domain of the zone, without a dot at its end."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.zone)) && length(var.zone) <= 250
    error_message = "Write a domain as example.org."
  }
}

variable "name_servers" {
  description = "Hosts that serve the zone, the primary one first."
  type        = list(string)

  validation {
    condition     = length(var.name_servers) >= 1 && length(var.name_servers) <= 8
    error_message = "A zone has 1 to 8 name servers."
  }

  validation {
    condition     = alltrue([for host in var.name_servers : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}$", host))])
    error_message = "Write a name server as ns1.example.org."
  }
}

variable "contact" {
  description = "Address of whoever answers for the zone."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_+-]+@([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9-]{2,63}$", var.contact))
    error_message = "Write an address as hostmaster@example.org, without a dot before the @."
  }
}

variable "ttl" {
  description = "Seconds for which others may remember a record that says nothing else."
  type        = number
  default     = 3600

  validation {
    condition     = var.ttl >= 60 && var.ttl <= 604800 && floor(var.ttl) == var.ttl
    error_message = "The time is a whole number of seconds from 60 to 604800."
  }
}

variable "records" {
  description = "The records."
  type = list(object({
    name  = string
    type  = string
    value = string
    ttl   = optional(number)
  }))
  default = []

  validation {
    condition     = length(var.records) <= 500
    error_message = "A zone has at most 500 records here."
  }

  validation {
    condition     = alltrue([for r in var.records : can(regex("^(@|\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*)$", r.name)) && length(r.name) <= 200])
    error_message = "A record's name is @, *, or labels of small letters, digits, dashes and underscores."
  }

  validation {
    condition     = alltrue([for r in var.records : contains(["A", "AAAA", "CNAME", "MX", "TXT", "SRV", "CAA"], r.type)])
    error_message = "A record is of the type A, AAAA, CNAME, MX, TXT, SRV or CAA."
  }

  validation {
    condition = alltrue([for r in var.records : length(r.value) >= 1 && (
      r.type == "A" ? can(cidrhost("${r.value}/32", 0)) && can(regex("^[0-9.]+$", r.value)) :
      r.type == "AAAA" ? can(cidrhost("${r.value}/128", 0)) && can(regex("^[0-9a-fA-F:.]+$", r.value)) && strcontains(r.value, ":") :
      r.type == "CNAME" ? can(regex("^[A-Za-z0-9_.-]{1,253}$", r.value)) :
      r.type == "MX" ? can(regex("^[0-9]{1,5} [A-Za-z0-9.-]{1,253}$", r.value)) :
      r.type == "SRV" ? can(regex("^[0-9]{1,5} [0-9]{1,5} [0-9]{1,5} [A-Za-z0-9._-]{1,253}$", r.value)) :
      r.type == "CAA" ? can(regex("^[0-9]{1,3} (issue|issuewild|iodef) [A-Za-z0-9:/@;=._-]{1,200}$", r.value)) :
      can(regex("^[ -~]{1,250}$", r.value))
    )])
    error_message = "A record's value must fit its type: an IPv4 address for A, an IPv6 address for AAAA, a host for CNAME, \"10 host\" for MX."
  }

  validation {
    condition     = alltrue([for r in var.records : r.ttl == null ? true : r.ttl >= 60 && r.ttl <= 604800 && floor(r.ttl) == r.ttl])
    error_message = "A record's time is a whole number of seconds from 60 to 604800."
  }
}

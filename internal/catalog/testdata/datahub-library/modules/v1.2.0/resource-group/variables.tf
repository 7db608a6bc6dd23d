variable "project_cd" {
  description = "The unique project identifier"
  type        = string
}

variable "environment_name" {
  description = "The name of the environment"
  type        = string
  default     = "dev"
}

variable "location" {
  description = "Where the resources are"
  type        = string
  default     = "canadacentral"
}

variable "budget_amount" {
  description = "Yearly budget"
  type        = number
  default     = 400
}

variable "common_tags" {
  description = "Tags for all resources of the project"
  type        = map(any)
  default     = {}
}

variable "datahub_app_sp_oid" {
  description = "Object id of the portal's service principal"
  type        = string
}

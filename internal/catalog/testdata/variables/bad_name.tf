variable "1st" {}

locals {
  nothing = "to fill in"
}

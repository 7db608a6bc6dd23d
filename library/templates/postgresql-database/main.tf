terraform {
  required_version = ">= 1.5"

  required_providers {
    postgresql = {
      source  = "cyrilgdn/postgresql"
      version = ">= 1.7.1, < 2.0.0"
    }
    random = {
      source  = "hashicorp/random"
      version = ">= 3.5.0, < 4.0.0"
    }
  }
}

locals {
  # Databases and roles are shared by everybody on the server, so the project's acronym begins their names.
  database = "${lower(var.project)}_${replace(var.name, "-", "_")}"
}

resource "random_password" "owner" {
  length  = 32
  special = false # it becomes a part of an address
  keepers = { rotation = var.rotation }
}

resource "postgresql_role" "owner" {
  name     = local.database
  login    = true
  password = random_password.owner.result
}

resource "postgresql_database" "database" {
  name             = local.database
  owner            = postgresql_role.owner.name
  encoding         = "UTF8"
  connection_limit = var.connection_limit
}

resource "postgresql_extension" "extension" {
  for_each = var.extensions

  name     = each.value
  database = postgresql_database.database.name
}

resource "random_password" "reader" {
  count = var.reader ? 1 : 0

  length  = 32
  special = false
  keepers = { rotation = var.rotation }
}

resource "postgresql_role" "reader" {
  count = var.reader ? 1 : 0

  name     = "${local.database}_reader"
  login    = true
  password = random_password.reader[0].result
}

# The tables that are there, and those that the owner will make.
resource "postgresql_grant" "reader" {
  count = var.reader ? 1 : 0

  database    = postgresql_database.database.name
  role        = postgresql_role.reader[0].name
  schema      = "public"
  object_type = "table"
  privileges  = ["SELECT"]
}

resource "postgresql_default_privileges" "reader" {
  count = var.reader ? 1 : 0

  database    = postgresql_database.database.name
  role        = postgresql_role.reader[0].name
  owner       = postgresql_role.owner.name
  schema      = "public"
  object_type = "table"
  privileges  = ["SELECT"]
}

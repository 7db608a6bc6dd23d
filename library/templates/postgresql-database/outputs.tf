output "database" {
  description = "Name of the database, and of the role that owns it."
  value       = postgresql_database.database.name
}

output "host" {
  description = "Host and port of the server."
  value       = "${var.host}:${var.port}"
}

output "password" {
  description = "The owner's password."
  value       = random_password.owner.result
  sensitive   = true
}

output "url" {
  description = "Address that a program takes, with the owner's name and password."
  value       = "postgres://${postgresql_role.owner.name}:${random_password.owner.result}@${var.host}:${var.port}/${postgresql_database.database.name}"
  sensitive   = true
}

output "reader_url" {
  description = "The same for the role that only reads; empty without one."
  value = var.reader ? format("postgres://%s:%s@%s:%d/%s", postgresql_role.reader[0].name, random_password.reader[0].result,
  var.host, var.port, postgresql_database.database.name) : ""
  sensitive = true
}

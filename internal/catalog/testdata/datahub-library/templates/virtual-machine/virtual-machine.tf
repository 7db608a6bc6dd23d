output "virtual_machine_status" {
  value = "completed"
}

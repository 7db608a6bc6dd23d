# One secret for the whole project, made by the engine itself: uuid() draws from the system's random source, and four of
# them hold more randomness than the 256 bits that anybody asks of a key.
#
# The secret lives in triggers_replace and not in input, because the engine copies input to output and forgets there that
# it is sensitive: a plan would then show it.
resource "terraform_data" "project_secret" {
  triggers_replace = sensitive(sha512(join("", [uuid(), uuid(), uuid(), uuid()])))

  lifecycle {
    # The draw is another in every plan; the secret is another with its rotation only.
    ignore_changes       = [triggers_replace]
    replace_triggered_by = [terraform_data.project_secret_rotation]
  }
}

resource "terraform_data" "project_secret_rotation" {
  input = var.project_secret_rotation
}

output "project_secret" {
  description = "The secret: hexadecimal digits."
  value       = substr(terraform_data.project_secret.triggers_replace, 0, var.project_secret_length)
  sensitive   = true
}

output "project_secret_fingerprint" {
  description = "Tells two secrets apart without showing them."
  value       = nonsensitive(substr(sha256(terraform_data.project_secret.triggers_replace), 0, 12))
}

output "project_secret_rotation" {
  description = "Which secret this is, counted from 1."
  value       = var.project_secret_rotation
}

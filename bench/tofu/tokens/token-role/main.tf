# A module, since OpenTofu is two to five times slower with `for_each` on each of these and references between them.
terraform {
  required_providers {
    proxmox = { source = "bpg/proxmox" }
  }
}

variable "role" { type = object({ name = string, privileges = list(string) }) }
variable "user" { type = object({ id = string }) }
variable "token" { type = object({ name = string }) }
variable "path" { type = string }

resource "proxmox_virtual_environment_role" "role" {
  role_id    = var.role.name
  privileges = var.role.privileges
}

resource "proxmox_virtual_environment_user" "user" {
  user_id = var.user.id
}

resource "proxmox_virtual_environment_user_token" "token" {
  user_id               = proxmox_virtual_environment_user.user.user_id
  token_name            = var.token.name
  privileges_separation = true
}

resource "proxmox_virtual_environment_acl" "user" {
  user_id = proxmox_virtual_environment_user.user.user_id
  role_id = proxmox_virtual_environment_role.role.role_id
  path    = var.path
}

resource "proxmox_virtual_environment_acl" "token" {
  token_id = proxmox_virtual_environment_user_token.token.id
  role_id  = proxmox_virtual_environment_role.role.role_id
  path     = var.path
}

terraform {
  required_providers {
    proxmox = { source = "bpg/proxmox" }
  }
}

provider "proxmox" {}

# By name, the args of ApiTokenRole.
variable "tokens" {
  type = map(object({
    role  = object({ name = string, privileges = list(string) })
    user  = object({ id = string, comment = string })
    token = object({ name = string, comment = string })
    acl   = list(object({ path = string }))
  }))
}

resource "proxmox_virtual_environment_role" "role" {
  for_each   = var.tokens
  role_id    = each.value.role.name
  privileges = each.value.role.privileges
}

resource "proxmox_virtual_environment_user" "user" {
  for_each = var.tokens
  user_id  = each.value.user.id
  comment  = each.value.user.comment
}

resource "proxmox_virtual_environment_user_token" "token" {
  for_each              = var.tokens
  user_id               = proxmox_virtual_environment_user.user[each.key].user_id
  token_name            = each.value.token.name
  comment               = each.value.token.comment
  privileges_separation = true
}

resource "proxmox_virtual_environment_acl" "user" {
  for_each = var.tokens
  user_id  = proxmox_virtual_environment_user.user[each.key].user_id
  role_id  = proxmox_virtual_environment_role.role[each.key].role_id
  path     = each.value.acl[0].path
}

resource "proxmox_virtual_environment_acl" "token" {
  for_each = var.tokens
  token_id = proxmox_virtual_environment_user_token.token[each.key].id
  role_id  = proxmox_virtual_environment_role.role[each.key].role_id
  path     = each.value.acl[0].path
}

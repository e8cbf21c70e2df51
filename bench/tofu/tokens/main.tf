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
    user  = object({ id = string })
    token = object({ name = string })
    acl   = list(object({ path = string }))
  }))
}

module "token_role" {
  source   = "./token-role"
  for_each = var.tokens
  role     = each.value.role
  user     = each.value.user
  token    = each.value.token
  path     = each.value.acl[0].path
}

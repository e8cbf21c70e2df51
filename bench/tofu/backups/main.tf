terraform {
  required_providers {
    proxmox = { source = "bpg/proxmox" }
  }
}

provider "proxmox" {}

# By id, a job of BackupRetention; without vmids, for all guests.
variable "jobs" {
  type = map(object({
    schedule = string
    vmids    = optional(list(number))
    storage  = string
    keep     = object({ daily = number, weekly = number })
  }))
}

resource "proxmox_backup_job" "job" {
  for_each      = var.jobs
  id            = each.key
  schedule      = each.value.schedule
  all           = each.value.vmids == null ? true : null
  vmid          = each.value.vmids
  storage       = each.value.storage
  mode          = "snapshot"
  compress      = "zstd"
  prune_backups = { for period, count in each.value.keep : "keep-${period}" => count }
}

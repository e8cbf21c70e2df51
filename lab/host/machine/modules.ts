/** A module of the kernel, or a part of it that is built in. */
interface KernelModule {
  /** The driver that it registers on the PCI bus, where it is not called like the module. */
  readonly driver?: string;
  /** Under `kernel/` in the folder of modules. */
  readonly path: string;
  /** Whether an initramfs made with `MODULES=most` has it. */
  readonly early?: true;
  readonly builtIn?: true;
  /** `false` of one that is asked for a device of its kind, and leaves those that are new. */
  readonly claims?: false;
  readonly needs?: readonly string[];
  readonly description: string;
}

const net = (folder: string, description: string): KernelModule => ({
  path: `drivers/net/ethernet/${folder}`,
  early: true,
  description,
});

/** What the lab's kernel has, of what matters to its hardware. */
export const modules: Readonly<Record<string, KernelModule>> = {
  ahci: {
    path: "drivers/ata",
    early: true,
    needs: ["libahci"],
    description: "AHCI SATA low-level driver",
  },
  amdgpu: { path: "drivers/gpu/drm/amd/amdgpu", needs: ["drm_ttm_helper"], description: "AMD GPU" },
  ast: { path: "drivers/gpu/drm/ast", description: "ASPEED DRM driver" },
  bochs: { path: "drivers/gpu/drm/tiny", description: "DRM driver for bochs display" },
  ccp: { path: "drivers/crypto/ccp", description: "AMD Secure Processor driver" },
  drm_ttm_helper: { path: "drivers/gpu/drm", needs: ["ttm"], description: "DRM gem ttm helpers" },
  e1000e: net("intel/e1000e", "Intel(R) PRO/1000 Network Driver"),
  ehci_pci: { path: "drivers/usb/host", driver: "ehci-pci", early: true, description: "EHCI PCI platform driver" },
  i2c_i801: { path: "drivers/i2c/busses", driver: "i801_smbus", description: "I801 SMBus driver" },
  i2c_nvidia_gpu: { path: "drivers/i2c/busses", driver: "nvidia-gpu", description: "Nvidia GPU I2C controller Driver" },
  i2c_piix4: { path: "drivers/i2c/busses", driver: "piix4_smbus", description: "PIIX4 SMBus driver" },
  i40e: net("intel/i40e", "Intel(R) Ethernet Connection XL710 Network Driver"),
  i915: { path: "drivers/gpu/drm/i915", needs: ["ttm"], description: "Intel Graphics" },
  igb: net("intel/igb", "Intel(R) Gigabit Ethernet Network Driver"),
  igc: net("intel/igc", "Intel(R) 2.5G Ethernet Linux Driver"),
  irqbypass: { path: "virt/lib", description: "IRQ bypass manager utility module" },
  ixgbe: net("intel/ixgbe", "Intel(R) 10 Gigabit PCI Express Network Driver"),
  k10temp: { path: "drivers/hwmon", description: "AMD Family 10h+ CPU core temperature monitor" },
  kvm: { path: "arch/x86/kvm", needs: ["irqbypass"], description: "Kernel-based Virtual Machine" },
  kvm_amd: { path: "arch/x86/kvm", needs: ["kvm", "ccp"], description: "KVM support for SVM (AMD-V) extensions" },
  kvm_intel: { path: "arch/x86/kvm", needs: ["kvm"], description: "KVM support for VMX (Intel VT-x) extensions" },
  libahci: { path: "drivers/ata", early: true, description: "Common AHCI SATA low-level routines" },
  lpc_ich: { path: "drivers/mfd", description: "LPC interface for Intel ICH" },
  mei_me: { path: "drivers/misc/mei", description: "Intel(R) Management Engine Interface" },
  mlx5_core: net("mellanox/mlx5/core", "Mellanox 5th generation network adapters core driver"),
  mpt3sas: { path: "drivers/scsi/mpt3sas", early: true, description: "LSI MPT Fusion SAS 3.0 Device Driver" },
  nouveau: { path: "drivers/gpu/drm/nouveau", needs: ["drm_ttm_helper"], description: "nVidia Riva/TNT/GeForce" },
  nvidiafb: {
    path: "drivers/video/fbdev/nvidia",
    claims: false,
    description: "Framebuffer driver for nVidia graphics chipset",
  },
  nvme: { path: "drivers/nvme/host", early: true, needs: ["nvme_core"], description: "NVM Express PCIe driver" },
  nvme_core: { path: "drivers/nvme/host", early: true, description: "NVM Express core" },
  pci_stub: { path: "drivers/pci", driver: "pci-stub", builtIn: true, description: "PCI stub driver" },
  pcieport: { path: "drivers/pci/pcie", builtIn: true, description: "PCI Express port driver" },
  r8169: net("realtek", "RealTek RTL-8169 Gigabit Ethernet driver"),
  snd_hda_codec: { path: "sound/pci/hda", description: "HDA codec core" },
  snd_hda_intel: { path: "sound/pci/hda", needs: ["snd_hda_codec"], description: "Intel HDA driver" },
  ttm: { path: "drivers/gpu/drm/ttm", description: "TTM memory manager subsystem (for DRM device)" },
  vfio: { path: "drivers/vfio", description: "VFIO - User Level meta-driver" },
  vfio_iommu_type1: { path: "drivers/vfio", needs: ["vfio"], description: "Type1 IOMMU driver for VFIO" },
  vfio_pci: {
    path: "drivers/vfio/pci",
    driver: "vfio-pci",
    needs: ["vfio_pci_core"],
    description: "VFIO PCI - User Level meta-driver",
  },
  vfio_pci_core: { path: "drivers/vfio/pci", needs: ["vfio", "irqbypass"], description: "VFIO PCI core" },
  virtio_pci: {
    path: "drivers/virtio",
    driver: "virtio-pci",
    builtIn: true,
    description: "Virtio driver for PCI devices",
  },
  xe: { path: "drivers/gpu/drm/xe", claims: false, needs: ["ttm"], description: "Intel Xe Graphics" },
  xhci_pci: {
    path: "drivers/usb/host",
    driver: "xhci_hcd",
    early: true,
    description: "xHCI PCI Host Controller Driver",
  },
  zfs: { path: "zfs", early: true, needs: ["spl"], description: "ZFS" },
  spl: { path: "zfs", early: true, description: "Solaris Porting Layer" },
};

/** Modules are the same by whichever dash they are written. */
export const moduleName = (written: string): string => written.replaceAll("-", "_");

/** The driver that a module registers on the PCI bus. */
export const driverOf = (module: string): string => modules[module]?.driver ?? module;

/** The module that registers a driver. */
export const moduleOf = (driver: string): string | undefined =>
  Object.keys(modules).find((name) => driverOf(name) === driver);

/** The modules that have to be there before one can be, the deepest first. */
export const neededBy = (module: string): readonly string[] => [
  ...new Set((modules[module]?.needs ?? []).flatMap((needed) => [...neededBy(needed), needed])),
];

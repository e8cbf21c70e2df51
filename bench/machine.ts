import { availableParallelism, cpus, totalmem } from "node:os";

/** What the figures hold for. */
export interface Machine {
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly versions: Readonly<Record<string, string>>;
}

export const machine = (versions: Machine["versions"]): Machine => ({
  platform: `${process.platform} ${process.arch}`,
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? "",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  versions: { node: process.version, ...versions },
});

export const machineWords = ({ platform, cores, memoryGiB, versions }: Machine): string =>
  [
    `${platform}, ${cores} cores, ${memoryGiB} GiB`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join(", ");

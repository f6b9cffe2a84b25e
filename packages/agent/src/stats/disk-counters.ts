export type DiskCounters = { readBytes: number; writtenBytes: number }

const sectorBytes = 512

/** Whole disks: their partitions, and what is made of them (LVM, RAID, loops), would count the same bytes again. */
const wholeDisk = /^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+|nvme\d+n\d+|mmcblk\d+|dasd[a-z]+)$/

/** /proc/diskstats: major, minor, name, reads, merged, sectors read, ms, writes, merged, sectors written ... */
export function parseMachineDisks(diskstatsText: string): DiskCounters {
  let [readSectors, writtenSectors] = [0, 0]
  for (const line of diskstatsText.split('\n')) {
    const words = line.trim().split(/\s+/)
    if (!wholeDisk.test(words[2] ?? '')) continue
    readSectors += Number(words[5])
    writtenSectors += Number(words[9])
  }
  return { readBytes: readSectors * sectorBytes, writtenBytes: writtenSectors * sectorBytes }
}

/** `blkio.throttle.io_service_bytes_recursive` (version 1) or `io.stat` (version 2), over all disks. */
export function parseCgroupDisks(version: 1 | 2, text: string): DiskCounters {
  const [read, written] = version === 1 ? [/ Read (\d+)/g, / Write (\d+)/g] : [/ rbytes=(\d+)/g, / wbytes=(\d+)/g]
  return { readBytes: sumOf(text, read), writtenBytes: sumOf(text, written) }
}

function sumOf(text: string, pattern: RegExp): number {
  let sum = 0
  for (const [, value] of text.matchAll(pattern)) sum += Number(value)
  return sum
}

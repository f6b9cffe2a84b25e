import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder that stands for /proc and the cgroup files of a machine. */
export async function openKernelFolder({ after }: { after(clean: () => Promise<void>): void }) {
  const root = await mkdtemp(join(tmpdir(), 'berth-stats-'))
  after(() => rm(root, { recursive: true }))

  return {
    root,
    procFolder: join(root, 'proc'),
    async write(files: Readonly<Record<string, string>>) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
      }
    },
  }
}

export const twoCpus = 'cpu  1 0 0 1 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n'
export const netDev = (received: number, sent: number) =>
  `head\n  eth0: ${received} 9 0 1 0 0 0 0 ${sent} 7 0 2 0 0 0 0\n`

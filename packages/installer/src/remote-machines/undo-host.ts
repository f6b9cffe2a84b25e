import type { SshHost } from '../ssh/ssh-host.ts'
import { aptGet } from '../system/debian-packages.ts'
import { finishPackages } from './finish-packages.ts'
import { hostsPath, setHostName, writeFile } from './host-name.ts'
import { stopEngine } from './remote-daemon.ts'
import type { HostChange } from './remote-record.ts'

export async function undoHostChange(change: HostChange, host: SshHost): Promise<void> {
  switch (change.kind) {
    case 'rename':
      await setHostName(host, change.from)
      await writeFile(host, hostsPath, `${change.hostsFile.trimEnd()}\n`)
      return
    case 'startEngine':
      return stopEngine(change.by, host)
    case 'installPackages':
      return removePackages(change, host)
  }
}

async function removePackages(
  { names, emptyFolders }: { names: readonly string[]; emptyFolders: readonly string[] },
  host: SshHost,
): Promise<void> {
  await finishPackages(host)
  // Purging the engine removes all that it ever kept, which is only right where there was nothing.
  const how = emptyFolders.includes('/var/lib/docker') ? 'purge' : 'remove'
  if (names.length > 0) await host.run([...aptGet, how, '-y', ...names])
  for (const folder of emptyFolders) {
    // Such a folder may be a disk of its own, which stays.
    await host.end(['find', folder, '-xdev', '-mindepth', '1', '-delete'])
  }
  // The engine leaves its bridge behind.
  if (names.includes('docker.io')) await host.end(['ip', 'link', 'delete', 'docker0'])
}

import type { SshHost } from '../ssh/ssh-host.ts'

export const hostsPath = '/etc/hosts'

export async function setHostName(host: SshHost, name: string): Promise<void> {
  if ((await host.end(['hostnamectl', 'set-hostname', name])).exitCode === 0) return
  await writeFile(host, '/etc/hostname', `${name}\n`)
  await host.run(['hostname', name])
}

export const writeFile = (host: SshHost, path: string, text: string) => host.run(['tee', path], { input: text })

import { readFile } from 'node:fs/promises'

/** What this host itself asks for names. Where that is a resolver on its own loopback, what this one asks. */
export async function readResolvers(): Promise<string[]> {
  const texts = await Promise.all(
    ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  return texts.map(resolversIn).find((resolvers) => resolvers.length > 0) ?? []
}

/** Those that another machine can reach. */
export const resolversIn = (text: string): string[] =>
  [...text.matchAll(/^nameserver\s+(\d+\.\d+\.\d+\.\d+)/gm)]
    .map(([, address = '']) => address)
    .filter((address) => !address.startsWith('127.'))

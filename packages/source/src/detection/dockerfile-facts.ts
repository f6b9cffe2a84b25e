import { PlatformError } from '@berth/contract'
import type { Look } from './look.ts'

export type DockerfileFacts = { path: string; port: number | null; warnings: string[] }

const usualNames = ['Dockerfile', 'Containerfile']

/** The Dockerfile that was named, or the one in the root; undefined where none was named and none is there. */
export async function findDockerfile(look: Look, named: string | undefined): Promise<DockerfileFacts | undefined> {
  if (named !== undefined && !look.has(named)) throw notThere(look, named)
  const path = named ?? look.firstOf(usualNames)
  return path ? readDockerfile(path, await look.text(path)) : undefined
}

function notThere(look: Look, named: string): PlatformError {
  const others = look.find(/(^|\/)[\w.-]*(Dockerfile|Containerfile)[\w.-]*$/).slice(0, 10)
  const words = others.length > 0 ? `There are: ${others.join(', ')}` : 'There is no other one either'
  return new PlatformError('source_invalid', `There is no Dockerfile ${named} in the source. ${words}`, {
    hint: 'Name it by its path from the root of the source',
  })
}

/** Only what can be known without building: the image may say more, and its base too. */
function readDockerfile(path: string, text: string): DockerfileFacts {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  if (!lines.some((line) => /^\s*FROM\s+\S/i.test(line))) {
    throw new PlatformError('source_invalid', `${path} has no FROM, so nothing can be built from it`, {
      hint: `Begin ${path} with the image to build on, such as FROM node:26-bookworm-slim`,
    })
  }
  const lastStage = lines.slice(lines.findLastIndex((line) => /^\s*FROM\s/i.test(line)))
  const settings = readSettings(lines)
  const exposed = lastStage.flatMap((line) => /^\s*EXPOSE\s+(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
  const ports = exposed.filter((each) => !/\/udp$/i.test(each)).map((each) => portOf(each, settings))
  const port = ports.find((each) => each !== undefined) ?? null
  const words =
    port === null ? `${path} names no port with EXPOSE: the one that the app takes has to be given` : undefined
  return { path, port, warnings: words ? [words] : [] }
}

function readSettings(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = lines.flatMap((line) => {
    const [, name, value] = /^\s*(?:ENV|ARG)\s+(\w+)[= ]"?(\d+)"?\s*$/i.exec(line) ?? []
    return name && value ? [[name, value] as const] : []
  })
  return new Map(found)
}

function portOf(text: string, settings: ReadonlyMap<string, string>): number | undefined {
  const name = /^\$\{?(\w+)/.exec(text)?.[1]
  const port = Number(name ? settings.get(name) : text.replace(/\/tcp$/i, ''))
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

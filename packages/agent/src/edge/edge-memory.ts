import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RouteTable } from '@berth/contract'
import { z } from 'zod'
import { edgePages } from './edge-pages.ts'
import { holdScript } from './hold-script.ts'

/** What outlives the agent. */
const EdgeMemory = z.strictObject({
  /** Kept, since a new one would cost a reload at each start of the agent. */
  probeSecret: z.string(),
  /** The last table that was applied. */
  table: RouteTable.nullable(),
})
export type EdgeMemory = z.infer<typeof EdgeMemory>

const memoryPath = (folder: string) => join(folder, 'routes.json')

/** Whatever cannot be read is forgotten: the server sends the table again. */
export async function recallEdge(folder: string): Promise<EdgeMemory> {
  const text = await readFile(memoryPath(folder), 'utf8').catch(() => '')
  const remembered = EdgeMemory.safeParse(parseJson(text))
  return remembered.success ? remembered.data : { probeSecret: randomBytes(24).toString('hex'), table: null }
}

export async function rememberEdge(folder: string, memory: EdgeMemory): Promise<void> {
  const path = memoryPath(folder)
  await writeFile(`${path}.part`, JSON.stringify(memory), { mode: 0o600 })
  await rename(`${path}.part`, path)
}

export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(join(folder, 'run'), { recursive: true })
  await mkdir(join(folder, 'pages'), { recursive: true })
  await writeFile(join(folder, 'hold.lua'), holdScript)
  for (const [name, text] of Object.entries(edgePages)) await writeFile(join(folder, 'pages', name), text)
}

/** The order in which a server lists things says nothing. */
export function fingerprintOf(table: RouteTable): string {
  const backends = table.backends.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const routes = table.routes.toSorted((a, b) => (a.host < b.host ? -1 : 1))
  const canonical = JSON.stringify(RouteTable.parse({ backends, routes })) // Parsed: in the schema's order of fields.
  return createHash('sha256').update(canonical).digest('hex')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

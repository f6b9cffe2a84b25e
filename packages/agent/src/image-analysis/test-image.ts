import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { type Header, pack } from 'tar-stream'

export type TestEntry = Partial<Header> & { name: string; content?: string | Buffer }
export type TestLayer = { command: string; entries: TestEntry[] }

export const bytesOf = (size: number, fill = 'x') => Buffer.alloc(size, fill)
export const aFile = (name: string, content: string | Buffer): TestEntry => ({ name, content })
export const aFolder = (name: string): TestEntry => ({ name: `${name}/`, type: 'directory' })

export async function tarOf(entries: readonly TestEntry[]): Promise<Buffer> {
  const archive = pack()
  const packed = buffer(archive)
  for (const { content, ...header } of entries) {
    await new Promise<void>((resolve, reject) => {
      archive.entry(header, content ?? '', (error) => (error ? reject(error) : resolve()))
    })
  }
  archive.finalize()
  return packed
}

export const configOf = (layers: readonly TestLayer[]) =>
  JSON.stringify({
    created: '2026-01-02T03:04:05Z',
    config: { User: 'node', Env: ['PATH=/bin', 'SECRET=hidden'] },
    history: layers.flatMap(({ command }) => [
      { created_by: command },
      { created_by: '/bin/sh -c #(nop)  ENV A=1', empty_layer: true },
    ]),
  })

/** As engines up to 24 write it: a folder for each layer, and a link in place of a layer that is there already. */
export async function oldArchive(layers: readonly TestLayer[]): Promise<Buffer> {
  const members: TestEntry[] = []
  const written = new Map<string, string>()
  for (const [i, { entries }] of layers.entries()) {
    const tar = await tarOf(entries)
    const before = written.get(tar.toString('latin1'))
    written.set(tar.toString('latin1'), before ?? `layer${i}`)
    members.push(aFolder(`layer${i}`), aFile(`layer${i}/VERSION`, '1.0'), aFile(`layer${i}/json`, '{"id":"x"}'))
    if (before) members.push({ name: `layer${i}/layer.tar`, type: 'symlink', linkname: `../${before}/layer.tar` })
    else members.push(aFile(`layer${i}/layer.tar`, tar))
  }
  const manifest = [{ Config: 'cafe.json', RepoTags: null, Layers: layers.map((_, i) => `layer${i}/layer.tar`) }]
  members.push(aFile('cafe.json', configOf(layers)), aFile('manifest.json', JSON.stringify(manifest)))
  return tarOf(members)
}

/** As engines from 25 on write it: blobs by their digest, once each, possibly compressed. */
export async function ociArchive(
  layers: readonly TestLayer[],
  compress: (tar: Buffer) => Buffer = (tar) => tar,
): Promise<Buffer> {
  const blobs = new Map<string, Buffer>()
  const addBlob = (content: Buffer) => {
    const name = `blobs/sha256/${createHash('sha256').update(content).digest('hex')}`
    blobs.set(name, content)
    return name
  }
  const names: string[] = []
  for (const { entries } of layers) names.push(addBlob(compress(await tarOf(entries))))
  const config = addBlob(Buffer.from(configOf(layers)))
  return tarOf([
    ...[...blobs].map(([name, content]) => aFile(name, content)),
    aFile('index.json', '{"schemaVersion":2}'),
    aFile('manifest.json', JSON.stringify([{ Config: config, Layers: names }])),
    aFile('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
  ])
}

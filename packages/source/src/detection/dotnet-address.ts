import type { Look } from './look.ts'

export type DotnetAddress = {
  /** Where it listens for everybody on a port that it names itself, which goes before what it is told. */
  port: number | undefined
  /** It names an address, and neither such a port nor the one that it is told. */
  isUnclear: boolean
}

const everybody = String.raw`https?://(?:\*|\+|0\.0\.0\.0|\[::\]):(\d{2,5})`
const ofEverybody = [
  new RegExp(String.raw`\bUseUrls\(\s*@?"${everybody}`),
  /\bListen\(\s*(?:System\.Net\.)?IPAddress\.(?:IPv6)?Any,\s*(\d{2,5})/,
  /\bListenAnyIP\(\s*(\d{2,5})/,
  new RegExp(String.raw`"Urls?"\s*:\s*"${everybody}`, 'i'),
]
const anyAddress = /\bUseUrls\(|\bListen(?:Localhost|AnyIP)?\(|"Urls"\s*:|"Endpoints"\s*:/

/** Read from beside the project: its first lines of code, and its settings. */
export async function readAddress(look: Look, projectPath: string): Promise<DotnetAddress> {
  const folder = projectPath.slice(0, projectPath.lastIndexOf('/') + 1)
  const paths = ['Program.cs', 'Startup.cs', 'Program.fs', 'Startup.fs', 'Program.vb', 'Startup.vb', 'appsettings.json']
  const texts = await Promise.all(paths.map((path) => look.text(`${folder}${path}`)))
  const text = texts.join('\n').replace(/^\s*\/\/.*$/gm, '')
  const port = ofEverybody.map((pattern) => pattern.exec(text)?.[1]).find(Boolean)
  const isTold = /GetEnvironmentVariable\(\s*"PORT"/.test(text)
  return { port: port && !isTold ? Number(port) : undefined, isUnclear: !port && !isTold && anyAddress.test(text) }
}

import { posix } from 'node:path'
import type { Look } from './look.ts'

export type DotnetProject = {
  path: string
  /** Pages are Blazor's that run in browsers alone: nothing of them runs on a server. */
  kind: 'web' | 'program' | 'pages' | 'library'
  isTest: boolean
  /** With what others say for all projects beneath them. */
  text: string
  property(name: string): string | undefined
}

const longestValue = 100

export async function readProject(look: Look, path: string): Promise<DotnetProject> {
  const inherited = await Promise.all(sharedBy(look, path).map(look.text))
  const texts = [await look.text(path), ...inherited].map((text) => text.replace(/<!--[\s\S]*?-->/g, ''))
  const text = texts.join('\n')
  return { path, kind: kindOf(text), isTest: isTestOf(path, texts[0]), text, property: (name) => findProperty(name) }

  function findProperty(name: string, depth = 0): string | undefined {
    if (name === 'MSBuildProjectName') return posix.parse(path).name
    const found = texts
      .map((each) => new RegExp(`<${name}(?:\\s[^>]*)?>([^<]+)<`).exec(each)?.[1]?.trim())
      .find(Boolean)
    // A stranger's property may be made of itself, many times over.
    if (found === undefined || depth > 1 || found.length > longestValue) return found
    return found.replace(/\$\((\w+)\)/g, (_, other) => findProperty(other, depth + 1) ?? '')
  }
}

/** The nearest first, as its word counts. */
const sharedBy = (look: Look, path: string) =>
  look
    .find(/(^|\/)Directory\.Build\.props$/)
    .filter((props) => path.startsWith(props.slice(0, props.lastIndexOf('/') + 1)))
    .reverse()

function kindOf(text: string): DotnetProject['kind'] {
  const sdks = [...text.matchAll(/Sdk(?:\s+Name)?=["']Microsoft\.NET\.Sdk\.(\w+)/g)].map(([, name]) => name)
  if (sdks.includes('BlazorWebAssembly')) return 'pages'
  if (sdks.includes('Web')) return 'web'
  return sdks.includes('Worker') || /<OutputType>\s*(Win)?Exe/i.test(text) ? 'program' : 'library'
}

/** "Shop.Tests", "ShopTests" and "test/Shop", and not "Contest". */
const isTestOf = (path: string, text = '') =>
  /Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true/i.test(text) ||
  /(^|[/._-])[Tt]ests?[/._-]|[a-z]Tests?[/.]/.test(path)

/** What its frameworks are, the newest that runs everywhere first. */
export function frameworksOf({ property }: DotnetProject): { name: string; version: string }[] {
  const names = (property('TargetFramework') ?? property('TargetFrameworks') ?? '')
    .split(';')
    .map((name) => name.trim())
  return names
    .flatMap((name) => {
      const version = /^net(?:coreapp)?(\d+\.\d+)$/.exec(name)?.[1]
      return version ? [{ name, version }] : []
    })
    .sort((one, other) => Number.parseFloat(other.version) - Number.parseFloat(one.version))
}

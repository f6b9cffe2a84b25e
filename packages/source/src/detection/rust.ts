import { chooseVersion, warnWhere, wishOf, wishOfFile } from './language-version.ts'
import { dig, digText, type Json, type Look } from './look.ts'
import { noStart } from './not-recognized.ts'
import type { Detected, RustRecipe, Wanted } from './recipe.ts'

/** A compiler keeps to what older ones took, so the newest will do. */
const rust = { of: 'rust', known: ['1'] }
const defaultPort = 8080

export async function detectRust(look: Look, wanted: Wanted): Promise<Detected<RustRecipe> | undefined> {
  if (!look.has('Cargo.toml')) return undefined
  const manifest = await look.toml('Cargo.toml')
  const { version, warnings } = await chooseRust(look, wanted)
  const [binary, ...others] = await listBinaries(look, manifest)
  if (!binary)
    throw noStart('Rust', 'src/main.rs, [[bin]] in Cargo.toml, src/bin/, and the same in the members of a workspace')
  const hasLockfile = look.has('Cargo.lock')
  const more = warnWhere(
    [!hasLockfile, 'There is no Cargo.lock: each build may get other versions of the crates'],
    [others.length > 0, `There are other programs too (${others.join(', ')}): ${binary} is taken`],
  )
  const recipe: RustRecipe = {
    kind: 'rust',
    version: version.version,
    binary,
    hasLockfile,
    isPlain: isPlain(look, manifest),
    runPackages: await listRunPackages(look),
    port: wanted.port ?? (await findPort(look)) ?? defaultPort,
    startCommand: wanted.startCommand ?? ['/usr/local/bin/app'],
    environment: {},
  }
  return {
    reason: `Rust (Cargo.toml), the program ${binary}`,
    versions: [version],
    warnings: [...warnings, ...more],
    recipe,
  }
}

async function chooseRust(look: Look, wanted: Wanted) {
  const toolchain = look.has('rust-toolchain.toml') ? await look.toml('rust-toolchain.toml') : {}
  return chooseVersion(rust, [
    wishOf(wanted.version, 'config.json'),
    numbered(wishOf(digText(toolchain, 'toolchain', 'channel'), 'rust-toolchain.toml')),
    numbered(await wishOfFile(look, 'rust-toolchain')),
  ])
}

/** "stable" is the newest, and so is nothing. */
const numbered = (wish: { range: string; from: string } | undefined) =>
  wish && /^\d/.test(wish.range) ? wish : undefined

/** What serves comes before what is called by people. */
async function listBinaries(look: Look, manifest: Json): Promise<string[]> {
  const own = binariesOf(look, manifest, '')
  const members = look.find(/^[^.].*\/Cargo\.toml$/)
  const inner = members.map(async (path) =>
    binariesOf(look, await look.toml(path), path.slice(0, -'Cargo.toml'.length)),
  )
  const chosen = digText(manifest, 'package', 'default-run')
  const all = [...own, ...(own.length === 0 ? (await Promise.all(inner)).flat() : [])]
  const rankOf = (name: string) => (name === chosen ? 0 : /server|web|api|http/.test(name) ? 1 : 2)
  return all.toSorted((one, other) => rankOf(one) - rankOf(other))
}

function binariesOf(look: Look, manifest: Json, folder: string): string[] {
  const name = digText(manifest, 'package', 'name')
  const said = dig(manifest, 'bin')
  const bins = Array.isArray(said) ? said : []
  const named = bins.flatMap((bin) => digText(bin, 'name') ?? [])
  const paths = bins.flatMap((bin) => digText(bin, 'path') ?? [])
  const main = name && look.has(`${folder}src/main.rs`) && named.length === 0 ? [name] : []
  const others = look.files.filter(
    (path) => path.startsWith(`${folder}src/bin/`) && !paths.includes(path.slice(folder.length)),
  )
  const found = others.flatMap((path) => /src\/bin\/([\w-]+)(?:\.rs|\/main\.rs)$/.exec(path)?.[1] ?? [])
  return [...new Set([...main, ...named, ...found])].filter((each) => /^[\w-]+$/.test(each))
}

const isPlain = (look: Look, manifest: Json) =>
  look.has('src/main.rs') &&
  !['build.rs', 'src/lib.rs'].some(look.has) &&
  !['workspace', 'bin', 'lib'].some((key) => dig(manifest, key) !== undefined) &&
  look.find(/^src\/bin\//).length === 0

async function listRunPackages(look: Look): Promise<string[]> {
  const lock = look.has('Cargo.lock') ? await look.text('Cargo.lock') : ''
  const libraries = [
    { crate: 'openssl-sys', library: 'libssl3' },
    { crate: 'pq-sys', library: 'libpq5' },
  ]
  return libraries.filter(({ crate }) => lock.includes(`name = "${crate}"`)).map(({ library }) => library)
}

async function findPort(look: Look): Promise<number | undefined> {
  const [path] = look.find(/(^|\/)src\/main\.rs$/)
  const found = path ? /["(][\w.]*(?:\]\)?,\s*|:)(\d{4,5})[")]/.exec(await look.text(path)) : null
  return found ? Number(found[1]) : undefined
}

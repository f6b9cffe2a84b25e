/** Those of BuildKit's makers: they run all instructions where the build says. */
const known = /^(docker\.io\/)?docker\/dockerfile(-upstream)?([:@]|$)/
const directive = /^#\s*(\w+)\s*=\s*(\S+)\s*$/

/** The foreign reader that a Dockerfile wants to be read by, an image that is run; undefined for none, or a known one. */
export function foreignSyntax(dockerfile: string, args: Readonly<Record<string, string>>): string | undefined {
  const wanted = args.BUILDKIT_SYNTAX ?? syntaxOf(dockerfile)
  return wanted === undefined || known.test(wanted) ? undefined : wanted
}

/** Directives are comments of this form before anything else. */
function syntaxOf(dockerfile: string): string | undefined {
  for (const line of dockerfile.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const [, name = '', value] = directive.exec(line.trim()) ?? []
    if (name.toLowerCase() === 'syntax') return value
    if (!name) return undefined
  }
  return undefined
}

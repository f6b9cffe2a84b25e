import type { Look } from './look.ts'

export type Start = { command: readonly string[]; from: string; environment?: Record<string, string> }

/** What only a shell understands. */
const needsShell = /[&|;<>$`'"\\(){}*?~#\n]/

/** A command line as an argument list, without a shell wherever none is needed: it would swallow the signal to stop. */
export function toArguments(command: string): string[] {
  const text = command.trim()
  if (needsShell.test(text) || /^\w+=/.test(text)) return ['sh', '-c', needsExec(text) ? `exec ${text}` : text]
  return text.split(/\s+/)
}

/** In front of a single command, so that the shell gives its place to it. */
const needsExec = (text: string) => !/[&|;\n]/.test(text) && !/^(exec|cd|export)\b/.test(text) && !/^\w+=/.test(text)

/** `web` of a Procfile, as other platforms have it. */
export async function readProcfile(look: Look): Promise<Start | undefined> {
  if (!look.has('Procfile')) return undefined
  const web = /^web:\s*(\S.*)$/m.exec(await look.text('Procfile'))?.[1]
  return web ? { command: toArguments(web), from: '"web" in Procfile' } : undefined
}

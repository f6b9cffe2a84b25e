/** What a piece of BuildKit's work is to a person. */
export type VertexName = {
  /** Before the lines that it writes; empty for one that says nothing by itself. */
  heading: string
  /** The instruction of the Dockerfile; undefined for what the builder does beside them. */
  title: string | undefined
}

/** "[build  2/12] RUN make": the stage, which step of it, as wide as the last one, and the instruction. */
const stepPattern = /^\[ *(?:(\S+(?: \S+)*) +)?(\d+\/\d+)\] (.*)$/s
/** Asking a registry for a base image. */
const lookupPattern = /^\[internal\] load metadata for (\S+)$/
/** A stage without a name. */
const nameless = /^stage-\d+$/

export function readVertexName(name: string): VertexName {
  const [, asked] = lookupPattern.exec(name) ?? []
  if (asked !== undefined) return { heading: '', title: familiar(`FROM ${asked}`) }
  const [, stage = '', count, instruction] = stepPattern.exec(name) ?? []
  if (instruction === undefined) return { heading: name, title: undefined }
  const title = familiar(instruction)
  return { heading: `[${stage && !nameless.test(stage) ? `${stage} ` : ''}${count}] ${title}`, title }
}

/** As people name an image. */
const familiar = (instruction: string) =>
  instruction.startsWith('FROM ')
    ? instruction.replace(/^FROM docker\.io\/(library\/)?/, 'FROM ').replace(/@sha256:[0-9a-f]{64}$/, '')
    : instruction

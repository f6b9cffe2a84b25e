import { type BuildRefusal, buildRefusal, mostBuildProcesses } from '../image/build-failure.ts'

const command =
  /(?:executor failed running \[|process ")(?:\/bin\/sh -c )?([\s\S]*?)(?:\]|" did not complete successfully): exit code: (\d+)/
const wrapping = /^(?:(?:failed to solve(?: with frontend \S+)?|failed to build LLB|rpc error: code = \w+ desc =):? *)+/
const noSecret = /secret ([^\s:]+):? not found/
const noFile = /failed to (?:compute cache key|calculate checksum)[\s\S]*not found/
const noBase = /(?:failed to load cache key|failed to resolve source metadata|failed to copy)[\s\S]*not found/
const diskFull = /no space left on device/i
const badDockerfile =
  /failed to create LLB definition|failed to read dockerfile|dockerfile parse error|unknown flag|unknown instruction|target stage|the Dockerfile cannot be empty|failed to parse/i

/** What BuildKit says of a build that failed, told to who wrote the source. */
export function buildkitRefusal(words: string, { hasNoProcessLeft = false } = {}): BuildRefusal {
  const message = words.replace(wrapping, '').trim()
  const [, name] = noSecret.exec(message) ?? []
  if (name !== undefined) {
    return {
      code: 'dockerfile_invalid',
      message: `The Dockerfile wants the build secret ${name}, which was not given`,
      hint: `Give it with --build-secret ${name}=...`,
    }
  }
  const [, line, exitCode] = command.exec(message) ?? []
  if (line !== undefined && hasNoProcessLeft) return noProcessLeft(line)
  if (line !== undefined && !diskFull.test(message)) {
    const inClassicWords = `The command '${line}' returned a non-zero code: ${exitCode}`
    return buildRefusal({ message: inClassicWords, exitCode: Number(exitCode) })
  }
  if (noFile.test(message)) return { code: 'dockerfile_invalid', message: withoutIds(message), hint: noFileHint }
  if (noBase.test(message)) return buildRefusal({ message: `not found: manifest: ${message}`, exitCode: undefined })
  const refusal = buildRefusal({ message, exitCode: undefined })
  if (refusal.code !== 'command_failed' || !badDockerfile.test(message)) return refusal
  return { code: 'dockerfile_invalid', message, hint: 'Correct the Dockerfile; see berth builds log for the step' }
}

const noProcessLeft = (line: string): BuildRefusal => ({
  code: 'command_failed',
  message: `A command wanted more than the ${mostBuildProcesses} processes that a build may have: ${line.slice(0, 120)}`,
  hint: 'Let it do less at once',
})

const noFileHint = 'It is not in the source, or .dockerignore leaves it out'

const withoutIds = (message: string) =>
  message.replace(/^failed to compute cache key: /, '').replace(/ of ref [\w-]+::\w+/, '')

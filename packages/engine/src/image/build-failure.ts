import type { BuildFailure } from '@berth/contract'
import { isOutOfReach } from './registry-failure.ts'

export type BuildRefusal = Omit<BuildFailure, 'logLines'>

/** What the builder says of what stopped it, and what its last command had written. */
export type BuildBreak = { message: string; exitCode: number | undefined; hasNoProcessLeft?: boolean | undefined }

/** As for an instance: enough for any compiler, and an end to what forks without one. */
export const mostBuildProcesses = 1024

const lockedBase = /unauthorized|authentication required|no basic auth credentials|incorrect username or password/i
const missingBase =
  /manifest unknown|not found: manifest|pull access denied|repository does not exist|manifest for .* not found/i
const badDockerfile =
  /dockerfile parse error|unknown instruction|no build stage in current context|file with no instructions|invalid reference format|COPY failed|ADD failed|failed to parse|unknown flag|target stage/i
const diskFull = /no space left on device/i

/** What stopped a build, in the builder's words and with the exit code of its command, told to who wrote the source. */
export function buildRefusal({ message, exitCode, hasNoProcessLeft }: BuildBreak): BuildRefusal {
  // 137: ended by SIGKILL, which in a build only the kernel sends, and only for want of memory.
  if (exitCode === 137) return outOfMemoryRefusal(commandOf(message))
  if (diskFull.test(message)) {
    return { code: 'disk_limit', message: 'The disk of the machine is full', hint: 'See berth disk' }
  }
  // A command's own words are about its own registries.
  const isOfTheBuilder = exitCode === undefined
  if (isOfTheBuilder && lockedBase.test(message)) {
    return {
      code: 'base_image_missing',
      message: `The registry of a base image wants a user name and a password: ${message}`,
      hint: 'Store them: berth registries add',
    }
  }
  if (missingBase.test(message)) {
    return {
      code: 'base_image_missing',
      message: `A base image cannot be had: ${message}`,
      hint: 'Check its name and tag in FROM; for a private one, store the credentials: berth registries add',
    }
  }
  if (isOfTheBuilder && isOutOfReach(message)) {
    return {
      code: 'registry_unreachable',
      message: `A registry does not answer: ${message}`,
      hint: 'Check that it runs and that the machine reaches it',
    }
  }
  if (exitCode && hasNoProcessLeft) {
    return {
      code: 'command_failed',
      message: `A command wanted more than the ${mostBuildProcesses} processes that a build may have: ${commandOf(message)}`,
      hint: 'Let it do less at once',
    }
  }
  if (exitCode !== undefined && exitCode !== 0) {
    return {
      code: 'command_failed',
      message: `${commandOf(message)} ended with exit code ${exitCode}`,
      hint: 'The last lines of the log say why',
    }
  }
  if (badDockerfile.test(message)) {
    return { code: 'dockerfile_invalid', message, hint: 'Correct the Dockerfile; see berth builds log for the step' }
  }
  return { code: 'command_failed', message, hint: null }
}

/** `command`: as people know it, or what is known of it. */
export const outOfMemoryRefusal = (command: string): BuildRefusal => ({
  code: 'out_of_memory',
  message: `A command needed more memory than the build may have: ${command}`,
  hint: 'Give the build more with --build-memory 4G, or let it do less at once',
})

/** "The command '/bin/sh -c make' returned a non-zero code: 2" -> "make". */
function commandOf(message: string): string {
  const [, command = 'a command'] =
    /^The command '(?:\/bin\/sh -c )?([\s\S]*)' returned a non-zero code/.exec(message) ?? []
  const line = command.replaceAll(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}

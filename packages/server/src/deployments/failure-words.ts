import { type DeploymentFailure, formatDuration, type machineVerbs, type VerbOutput } from '@berth/contract'
import type { ObservedInstance } from '@berth/engine'
import { plainReason } from '../instances/instance-reason.ts'

/** What an instance's own machine says of it. */
export type Diagnosis = VerbOutput<typeof machineVerbs.describeInstance>

type Failure = Omit<DeploymentFailure, 'logLines'>

/** Why an instance that ended by itself did so. */
export function explainEnd(instance: ObservedInstance, diagnosis: Diagnosis | undefined, times: number): Failure {
  const exitCode = diagnosis?.exitCode ?? instance.exitCode
  const often = times > 1 ? ` (${times} times)` : ''
  if (diagnosis?.wasOutOfMemory) {
    return {
      code: 'out_of_memory',
      message: `The instance used more memory than its limit and was ended${often}`,
      hint: 'Deploy again with a higher --memory',
    }
  }
  if (/unhealthy container/.test(instance.message ?? '')) {
    return {
      code: 'health_check_failed',
      message: `The HEALTHCHECK that the image brings along failed, and the engine ended the instance${often}`,
      hint: 'Repair or remove HEALTHCHECK in the Dockerfile; Berth checks the port by itself',
    }
  }
  if (exitCode === null || isImageTrouble(instance.message)) {
    const isImage = isImageTrouble(instance.message)
    return {
      code: isImage ? 'pull_failed' : 'exited',
      message: `The instance could not be started${often}: ${instance.message ?? 'the engine gives no reason'}`,
      hint: isImage ? 'Check that every machine can reach the registry' : 'Check the command and the image',
    }
  }
  return {
    code: 'exited',
    message: `The program ended by itself with exit code ${exitCode}${meaningOf(exitCode)}${often}`,
    hint:
      exitCode === 0
        ? 'A service must keep running in the foreground'
        : 'Find the cause in the last lines that it wrote, if there are any',
  }
}

/** Why instances that did not end are not up at the deadline, the likeliest cause first. */
export function explainUnready(seen: {
  deadlineMs: number
  port: number | undefined
  healthPath: string | null
  lastCheck: string | null
  /** The engine's words about an instance that is not running. */
  waiting: string | null
  /** What the machines say of the running ones. */
  running: readonly (Diagnosis | undefined)[]
  /** What keeps the edges from seeing anything. */
  trouble: string | null | undefined
}): Failure {
  const within = `within ${formatDuration(seen.deadlineMs)}`
  if (seen.running.length === 0 && seen.waiting) {
    const doesNotFit = /no suitable node|insufficient resources/i.test(seen.waiting)
    return {
      code: doesNotFit ? 'does_not_fit' : 'deadline_exceeded',
      message: `No instance was running ${within}: ${plainReason(seen.waiting)}`,
      hint: doesNotFit ? 'berth machines explain says what keeps each machine from taking it' : null,
    }
  }
  if (seen.running.length === 0 || seen.port === undefined) {
    return {
      code: 'deadline_exceeded',
      message: `The instances were not running ${within}`,
      hint: 'Try a longer --deadline',
    }
  }
  const listening = new Set(seen.running.flatMap((diagnosis) => diagnosis?.listeningPorts ?? []))
  const loopback = new Set(seen.running.flatMap((diagnosis) => diagnosis?.loopbackPorts ?? []))
  if (!listening.has(seen.port) && seen.running.some((diagnosis) => diagnosis)) {
    return explainPort(seen.port, [...listening], [...loopback], within)
  }
  if (seen.trouble) {
    return { code: 'internal', message: `The edges could not check the instances: ${seen.trouble}`, hint: null }
  }
  const check = seen.healthPath === null ? `port ${seen.port}` : `GET ${seen.healthPath} on port ${seen.port}`
  return {
    code: 'health_check_failed',
    message: `The health check (${check}) did not pass ${within}${seen.lastCheck ? `: ${seen.lastCheck}` : ''}`,
    hint: 'Fix what the check asks for, or give it more time with --deadline',
  }
}

function explainPort(port: number, listening: number[], loopback: number[], within: string): Failure {
  const message = `Nothing listens on port ${port} ${within}`
  if (loopback.includes(port)) {
    return {
      code: 'port_not_listening',
      message: `${message}, except to the instance itself (127.0.0.1)`,
      hint: 'Let the program listen on 0.0.0.0',
    }
  }
  if (listening.length === 0) {
    return {
      code: 'port_not_listening',
      message: `${message}, nor on any other`,
      hint: 'A slow start needs a longer --deadline',
    }
  }
  return {
    code: 'port_not_listening',
    message: `${message}; the program listens on ${listening.join(', ')}`,
    hint: `Deploy again with --port ${listening[0]}`,
  }
}

const isImageTrouble = (message: string | null) =>
  /no such image|pull access|manifest|not found: manifest/i.test(message ?? '')

const meaningOf = (exitCode: number) =>
  ({
    126: ' (cannot be executed)',
    127: ' (command not found)',
    137: ' (killed)',
    139: ' (crashed: segmentation fault)',
    143: ' (asked to stop)',
  })[exitCode] ?? ''

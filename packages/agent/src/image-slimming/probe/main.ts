import { setTimeout as delay } from 'node:timers/promises'
import { ask, tryConnect } from './ask.ts'
import { type ProbeResult, ProbeTask, probeTaskName } from './probe-messages.ts'

const everyMs = 250

const task = ProbeTask.parse(JSON.parse(process.env[probeTaskName] ?? ''))
process.stdout.write(`${JSON.stringify(await probe(task))}\n`)

/** Waits until the app is healthy as the edge would have it, and then asks each path twice. */
async function probe({ deadlineMs, paths, healthPath, ...target }: ProbeTask): Promise<ProbeResult> {
  const startedAtMs = performance.now()
  const passedMs = () => Math.round(performance.now() - startedAtMs)
  for (;;) {
    const failure = healthPath === null ? await tryConnect(target) : await unhealthy(target, healthPath)
    if (failure === undefined) break
    if (passedMs() > deadlineMs) return { kind: 'down', failure }
    await delay(everyMs)
  }
  const afterMs = passedMs()
  const answers = []
  // One round after the other, so that time passes between the two.
  for (const path of paths) answers.push({ path, first: await ask(target, path) })
  const both = []
  for (const { path, first } of answers) both.push({ path, first, second: await ask(target, path) })
  return { kind: 'up', afterMs, answers: both }
}

async function unhealthy(target: Parameters<typeof ask>[0], path: string): Promise<string | undefined> {
  const answer = await ask(target, path)
  if (answer.kind === 'none') return answer.failure
  return answer.status >= 200 && answer.status < 400 ? undefined : `GET ${path} is answered by ${answer.status}`
}

import { formatDuration } from '@berth/contract'
import { Listr, PRESET_TIMER } from 'listr2'

export type StepReport = {
  /** What the step is doing now, in place of what it said before. */
  progress(words: string): void
  /** What it found or did, shown behind its title in the end. */
  result(words: string): void
}

/** Runs a step and shows it with the time that it takes. */
export type StepRunner = <T>(title: string, work: (report: StepReport) => Promise<T>) => Promise<T>

/** Redraws the step while it runs, for people at a terminal. */
export const terminalSteps: StepRunner = async <T>(title: string, work: (report: StepReport) => Promise<T>) => {
  let outcome: Promise<T> | undefined
  const list = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          outcome = work({
            progress: (words) => {
              task.output = words
            },
            result: (words) => {
              task.title = `${title}: ${words}`
            },
          })
          await outcome
        },
      },
    ],
    { renderer: 'default', rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false } },
  )
  await list.run()
  if (!outcome) throw new Error(`The step "${title}" did not run`)
  return outcome
}

/** One line for each step once it has ended, for logs. */
export function plainSteps(print: (line: string) => void): StepRunner {
  return async (title, work) => {
    const startMs = performance.now()
    const duration = () => formatDuration(performance.now() - startMs)
    let words = ''
    try {
      const outcome = await work({
        progress: () => undefined,
        result: (result) => {
          words = `: ${result}`
        },
      })
      print(`done    ${title}${words}  (${duration()})`)
      return outcome
    } catch (error) {
      print(`failed  ${title}  (${duration()})`)
      throw error
    }
  }
}

/** Runs the same work for several at once, in steps of its own; one that fails keeps no other from going on. */
export type StepGroup = <T>(
  titles: readonly string[],
  work: (title: string, step: StepRunner) => Promise<T>,
) => Promise<PromiseSettledResult<T>[]>

/** One line for each, with the step that it is at. */
export const terminalGroup: StepGroup = async <T>(
  titles: readonly string[],
  work: (title: string, step: StepRunner) => Promise<T>,
) => {
  const outcomes: Promise<T>[] = []
  const list = new Listr(
    titles.map((title) => ({
      title,
      task: async (_, task) => {
        const say = (words: string) => {
          task.output = words
        }
        const outcome = work(title, stepsWithin(say))
        outcomes.push(outcome)
        await outcome
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      renderer: 'default',
      rendererOptions: { timer: PRESET_TIMER, showErrorMessage: false },
    },
  )
  await list.run()
  return Promise.allSettled(outcomes)
}

const stepsWithin =
  (say: (words: string) => void): StepRunner =>
  (title, work) => {
    say(title)
    return work({ progress: (words) => say(`${title}: ${words}`), result: () => undefined })
  }

/** One line for each step of each. */
export const plainGroup =
  (print: (line: string) => void): StepGroup =>
  (titles, work) => {
    const step = plainSteps(print)
    return Promise.allSettled(
      titles.map((title) => step(title, () => work(title, (inner, body) => step(`${title}: ${inner}`, body)))),
    )
  }

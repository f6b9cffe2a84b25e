import { formatBytes, type ProofLine } from '@berth/contract'
import type { Answer, ProbeResult } from '../probe/probe-messages.ts'

type Up = Extract<ProbeResult, { kind: 'up' }>
type Asked = Up['answers'][number]
type Answered = Extract<Answer, { kind: 'answer' }>

/** Line by line what the slim image answers otherwise than its original, and what could not be compared. */
export const compareAnswers = (original: Up, slim: Up, originalAgain?: Up): ProofLine[] =>
  original.answers.map((asked) => {
    const bySlim = answersTo(slim, asked.path)
    const again = originalAgain && answersTo(originalAgain, asked.path)?.first
    const { verdict, text } = bySlim ? comparePath(asked, bySlim, again) : failed('it was not asked')
    return { verdict, text: `GET ${asked.path}: ${text}` }
  })

/** Whether only bodies differ, which another start of the original may explain: what an app makes up when it starts. */
export const mayDifferByStart = (original: Up, slim: Up): boolean =>
  original.answers.some(({ path, first, second }) => {
    const other = answersTo(slim, path)
    return first.kind === 'answer' && isSame(first, second) && other !== undefined && differsInBody(first, other)
  })

const answersTo = ({ answers }: Up, path: string) => answers.find((asked) => asked.path === path)

function comparePath({ first, second }: Asked, slim: Asked, again: Answer | undefined): ProofLine {
  if (first.kind === 'none' || second.kind === 'none') {
    return note(
      `the original gives no answer (${[first, second].map(failureOf).find(Boolean)}), so it was not compared`,
    )
  }
  if (!hasSameHead(first, second)) return note('the original answers each time otherwise, so it was not compared')
  const best = [slim.first, slim.second].find((answer) => isSame(first, answer)) ?? slim.first
  if (best.kind === 'none') return failed(`${first.status} before, and no answer now: ${best.failure}`)
  if (best.status !== first.status) return failed(`${first.status} before, ${best.status} now`)
  if (best.contentType !== first.contentType) {
    return failed(`type ${first.contentType ?? 'none'} before, ${best.contentType ?? 'none'} now`)
  }
  if (first.bodyHash !== second.bodyHash)
    return note(`${headOf(first)}; the body changes with each request, so it was not compared`)
  if (best.bodyHash === first.bodyHash) return same(`${headOf(first)}, the same ${formatBytes(first.bodyBytes)}`)
  if (again?.kind === 'answer' && again.bodyHash !== first.bodyHash) {
    return note(`${headOf(first)}; the body changes with each start, so it was not compared`)
  }
  return failed(`another body: ${formatBytes(first.bodyBytes)} before, ${formatBytes(best.bodyBytes)} now`)
}

const same = (text: string): ProofLine => ({ verdict: 'same', text })
const note = (text: string): ProofLine => ({ verdict: 'note', text })
const failed = (text: string): ProofLine => ({ verdict: 'failed', text })

const failureOf = (answer: Answer) => (answer.kind === 'none' ? answer.failure : '')
const headOf = ({ status, contentType }: Answered) => (contentType ? `${status}, ${contentType}` : String(status))

const hasSameHead = (one: Answered, other: Answered) =>
  one.status === other.status && one.contentType === other.contentType

const isSame = (one: Answer, other: Answer) =>
  one.kind === 'answer' && other.kind === 'answer' && hasSameHead(one, other) && one.bodyHash === other.bodyHash

const differsInBody = (first: Answered, { first: one, second: two }: Asked) =>
  [one, two].every((answer) => answer.kind === 'answer' && hasSameHead(first, answer) && !isSame(first, answer))

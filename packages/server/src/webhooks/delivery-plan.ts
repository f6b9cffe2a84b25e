import { placeOf } from '@berth/contract'
import type { Push, PushedRef } from './push.ts'
import type { WebhookRow } from './webhook-row.ts'

export type DeliveryPlan =
  | { kind: 'answer'; words: string }
  | { kind: 'ignore'; words: string; change?: PushedRef }
  /** `ref`: as it is named in full, so that a tag of the same name is not meant. */
  | { kind: 'build'; ref: string; words: string; change: PushedRef }

type Watched = Pick<WebhookRow, 'url' | 'branch' | 'tags'>

/** What a call leads to: only the branch that the webhook watches is built, and tags that it asks for. */
export function planDelivery(watched: Watched, push: Push): DeliveryPlan {
  const { kind, event, repository, changes } = push
  if (kind === 'ping') return { kind: 'answer', words: 'The webhook works; the next push is built' }
  if (kind === 'other') return { kind: 'ignore', words: `${event} is no push` }
  if (repository && !isOf(repository, watched.url)) {
    return { kind: 'ignore', words: `It is a push to ${repository}, which is another repository` }
  }
  const named = changes.map((change) => ({ ...change, ref: fullRef(change.ref, watched) }))
  const wanted = named.find((change) => isWatched(change.ref, watched))
  if (!wanted) return { kind: 'ignore', words: otherRef(named[0]?.ref, watched), ...firstOf(named) }
  if (wanted.isGone) return { kind: 'ignore', words: `${shortRef(wanted.ref)} was removed`, change: wanted }
  const at = wanted.commit ? ` ${wanted.commit.slice(0, 8)}` : ''
  const about = wanted.message ? `: ${wanted.message}` : ''
  return { kind: 'build', ref: wanted.ref, words: `${shortRef(wanted.ref)}${at}${about}`, change: wanted }
}

const nameOf = (branch: string) => branch.replace(/^refs\/heads\//, '')

const firstOf = ([change]: PushedRef[]) => (change ? { change } : {})

/** What says nothing of a ref means the branch that is watched. */
const fullRef = (ref: string, { branch }: Watched) =>
  ref.startsWith('refs/') ? ref : `refs/heads/${ref || nameOf(branch)}`

export const shortRef = (ref: string) => ref.replace(/^refs\/heads\//, '').replace(/^refs\/tags\//, 'tag ')

function isWatched(ref: string, { branch, tags }: Watched): boolean {
  if (ref === `refs/heads/${nameOf(branch)}`) return true
  return tags !== null && ref.startsWith('refs/tags/') && matches(ref.slice('refs/tags/'.length), tags)
}

/** `*` stands for any characters. */
function matches(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (!name.startsWith(first)) return false
  const last = rest.pop()
  if (last === undefined) return name === first
  let at = first.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

const isOf = (repository: string, url: string) =>
  placeOf(url).path.toLowerCase().endsWith(`/${repository.toLowerCase()}`)

const otherRef = (ref: string | undefined, { branch, tags }: Watched) =>
  `${ref ? shortRef(ref) : 'What was pushed'} is not what is built: ${branch}${tags ? ` and tags ${tags}` : ''}`

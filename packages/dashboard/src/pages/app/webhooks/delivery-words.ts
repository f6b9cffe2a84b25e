import type { WebhookDelivery } from '@berth/contract'

/** "push to main (3f2a9c1b) by grace: builds", in the words of what was done about it. */
export function describeDelivery({ event, ref, commit, pushedBy, words }: WebhookDelivery): string {
  const to = ref ? ` to ${ref.replace(/^refs\/(?:heads|tags)\//, '')}` : ''
  const of = commit ? ` (${commit.slice(0, 8)})` : ''
  const by = pushedBy ? ` by ${pushedBy}` : ''
  return `${event}${to}${of}${by}: ${words}`
}

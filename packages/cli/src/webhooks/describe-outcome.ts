import type { WebhookDelivery } from '@berth/contract'

/** What a call led to, in words. */
export function describeOutcome({ outcome, words, build, pushedBy }: WebhookDelivery): string {
  if (outcome !== 'building') return `${outcome}: ${words}`
  const by = pushedBy ? ` by ${pushedBy}` : ''
  return `${words}${by} (build ${build ? build.state : 'gone'})`
}

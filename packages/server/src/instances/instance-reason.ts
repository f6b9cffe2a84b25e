/** What the engine says of an instance, without the words that only the engine uses. */
export const plainReason = (message: string): string =>
  message
    .replace(/^task: non-zero exit \((\d+)\)/, 'ended with exit code $1')
    .replace('dockerexec: unhealthy container', 'the HEALTHCHECK of its image failed')
    .replace(/^no suitable node \((.*)\)$/s, (_, why: string) => `no machine can take it: ${explainFilters(why)}`)
    .replace(/\bnode(s?)\b/g, 'machine$1')

/** Each filter of the scheduler tells on how many machines it said no; the first one that does counts. */
const explainFilters = (why: string): string =>
  why
    .split('; ')
    .map((part) =>
      part
        .replace(/^(\d+) nodes? not available for new tasks$/, (_, n) => `${machines(n)} not taking new instances`)
        .replace(/^insufficient resources on (\d+) nodes?$/, (_, n) => `${machines(n)} with too little left to reserve`)
        .replace(
          /^scheduling constraints not satisfied on (\d+) nodes?$/,
          (_, n) => `${machines(n)} without the labels that it needs`,
        ),
    )
    .join(', ')

const machines = (count: string) => `${count} machine${count === '1' ? '' : 's'}`

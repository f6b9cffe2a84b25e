/** What the engine says of an instance, without the words that only the engine uses. */
export const plainReason = (message: string): string =>
  message
    .replace(/^task: non-zero exit \((\d+)\)/, 'ended with exit code $1')
    .replace('dockerexec: unhealthy container', 'the HEALTHCHECK of its image failed')
    .replace(/\bnode(s?)\b/g, 'machine$1')

/** What git counts, in our words. Of its own lines only these are read, since a server can have it say anything. */
const stages: Record<string, string> = {
  'Counting objects': 'the server counts what it sends',
  'Compressing objects': 'the server packs it',
  'Receiving objects': 'receiving',
  'Resolving deltas': 'unpacking',
  'Updating files': 'writing files',
}

/** In words for people, or undefined for any other line: "receiving, 42%, 1.20 MiB". */
export function readProgress(line: string): string | undefined {
  const [, stage = '', ratio = '', size] =
    /^(?:remote: )?([A-Z][a-z]+ [a-z]+):\s+(\d{1,3}%) \(\d+\/\d+\)(?:, ([\d.]+ [KMGT]?i?B|[\d.]+ bytes))?/.exec(line) ??
    []
  const words = Object.hasOwn(stages, stage) ? stages[stage] : undefined
  return words && `Fetching the repository: ${words}, ${ratio}${size ? `, ${size}` : ''}`
}

/** `Receiving objects: 100% (7/7), 1.20 MiB | 3 MiB/s, done.`: how much came. */
export const readReceived = (line: string): string | undefined =>
  /^Receiving objects: 100% \((\d+\/\d+)\)(, [\d.]+ \w+)?.*, done\.$/.exec(line)?.[2]?.slice(2)

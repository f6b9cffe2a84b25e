/** Of `{"80/tcp": {}, "53/udp": {}}`. */
export const tcpPortsOf = (exposed: Record<string, unknown> | null | undefined): number[] =>
  Object.keys(exposed ?? {})
    .flatMap((port) => /^(\d+)(?:\/tcp)?$/.exec(port)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

/** Null for what is no time, and for the year 1, by which some builders say that they do not tell. */
export function toIso(text: string | null | undefined): string | null {
  const atMs = Date.parse(text ?? '')
  return atMs > 0 ? new Date(atMs).toISOString() : null
}

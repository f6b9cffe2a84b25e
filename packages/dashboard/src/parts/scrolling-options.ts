/**
 * For a Select: the list of options itself scrolls. What Mantine scrolls otherwise is a box around it, which is reached
 * by no key.
 */
export const scrollingOptions = {
  withScrollArea: false,
  styles: { options: { maxHeight: 260, overflowY: 'auto' } },
} as const

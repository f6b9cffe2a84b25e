/** One result on its way to many callers: checked and written out once, by whoever is first. It must not change any more. */
export interface SharedResult<Result> {
  readonly shared: Result
  /** What `write` makes of it, or made of it before. */
  text(write: (result: Result) => string): string
}

export function sharedResult<Result>(shared: Result): SharedResult<Result> {
  let written: string | undefined
  return {
    shared,
    text(write) {
      written ??= write(shared)
      return written
    },
  }
}

const ours = (item: object): item is SharedResult<unknown> =>
  'shared' in item && 'text' in item && typeof item.text === 'function'

/** No result that is declared has a function in it, so the two cannot be mistaken for each other. */
export const isShared = (item: unknown): item is SharedResult<unknown> =>
  typeof item === 'object' && item !== null && ours(item)

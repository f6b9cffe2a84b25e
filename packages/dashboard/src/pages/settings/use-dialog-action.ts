import type { AnyEndpoint, ResultOf } from '@berth/contract'
import { useAction } from '#api/use-call.ts'
import { announce } from '#parts/announce.ts'

type Options<E extends AnyEndpoint> = {
  /** The listing that it changes, and whatever else does. */
  invalidates: readonly AnyEndpoint[]
  /** What is the case then. */
  words: (result: ResultOf<E>) => string
  onClose: () => void
}

/** What a dialog does, which says so and closes when it is done. */
export const useDialogAction = <E extends AnyEndpoint>(endpoint: E, { invalidates, words, onClose }: Options<E>) =>
  useAction(endpoint, {
    invalidates,
    onSuccess: (result) => {
      announce(words(result))
      onClose()
    },
  })

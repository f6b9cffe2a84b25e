import { type Image, ImageRef, inspectImage, type PlatformError } from '@berth/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useCall } from '#api/use-call.ts'

export type ImageCheck =
  | { state: 'none' }
  | { state: 'looking'; name: string }
  | { state: 'found'; image: Image }
  | { state: 'failed'; error: PlatformError; retry: () => void }

const typingPauseMs = 600

/** Looks for an image once its name was not changed for a moment; a look that is no longer wanted is cancelled. */
export function useImageCheck(typed: string): ImageCheck {
  const name = typed.trim()
  const [settled] = useDebouncedValue(name, typingPauseMs)
  const isName = ImageRef.safeParse(settled).success
  const { data, error, isFetching, refetch } = useCall(
    inspectImage,
    { query: { name: settled } },
    { enabled: isName, staleMs: 60_000 },
  )
  if (!ImageRef.safeParse(name).success) return { state: 'none' }
  if (name !== settled || isFetching) return { state: 'looking', name }
  if (data) return { state: 'found', image: data }
  return error ? { state: 'failed', error, retry: () => void refetch() } : { state: 'none' }
}

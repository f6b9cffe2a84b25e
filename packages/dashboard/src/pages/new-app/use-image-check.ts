import { type Image, ImageRef, type PlatformError } from '@berth/contract'
import { useDebouncedValue } from '@mantine/hooks'
import { useImage } from '#api/use-image.ts'

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
  const { image, error, isFetching, retry } = useImage(settled, { enabled: isName })
  if (!ImageRef.safeParse(name).success) return { state: 'none' }
  if (name !== settled || isFetching) return { state: 'looking', name }
  if (image) return { state: 'found', image }
  return error ? { state: 'failed', error, retry } : { state: 'none' }
}

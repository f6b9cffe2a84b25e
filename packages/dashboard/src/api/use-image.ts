import { type Image, imageFaultOf, inspectImage, type PlatformError } from '@berth/contract'
import { useCall } from '#api/use-call.ts'

export type ImageAnswer = {
  image: Image | undefined
  error: PlatformError | undefined
  isFetching: boolean
  retry(): void
}

/** Whether an image can be had; why not comes as an error, wherever it was found out. */
export function useImage(name: string, { enabled }: { enabled: boolean }): ImageAnswer {
  const { data, error, isFetching, refetch } = useCall(inspectImage, { query: { name } }, { enabled, staleMs: 60_000 })
  return {
    image: data?.state === 'found' ? data.image : undefined,
    error: (data && imageFaultOf(data)) ?? error ?? undefined,
    isFetching,
    retry: () => void refetch(),
  }
}

import type { PlatformError } from '@berth/contract'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'

export type Found<Data> = Pick<UseQueryResult<Data, PlatformError>, 'data' | 'error' | 'refetch'>

type Props<Data> = {
  found: Found<Data>
  /** In the plural: "registries". */
  what: string
  /** About as high as what will be there. */
  height: number
  children: (data: Data) => ReactNode
}

/** What was asked for, or that it is on its way, or why it did not come. */
export function Loaded<Data>({ found: { data, error, refetch }, what, height, children }: Props<Data>) {
  if (data !== undefined) return children(data)
  if (!error) return <Loading what={what} height={height} />
  return <ErrorBox title={`The ${what} could not be loaded`} error={error} onRetry={() => void refetch()} />
}

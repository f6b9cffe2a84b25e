import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function NotFoundPage() {
  return (
    <>
      <PageHead title="Not found" />
      <Loading what="nothing" />
    </>
  )
}

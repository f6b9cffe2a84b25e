import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function ActivityPage() {
  return (
    <>
      <PageHead title="Activity" />
      <Loading what="activity" />
    </>
  )
}

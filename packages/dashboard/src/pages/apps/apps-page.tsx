import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function AppsPage() {
  return (
    <>
      <PageHead title="Apps" />
      <Loading what="apps" />
    </>
  )
}

import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function NewAppPage() {
  return (
    <>
      <PageHead title="New app" />
      <Loading what="the form" />
    </>
  )
}

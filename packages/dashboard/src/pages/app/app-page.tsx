import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function AppPage({ app, tab }: { app: string; tab: string }) {
  return (
    <>
      <PageHead title={app} />
      <Loading what={tab} />
    </>
  )
}

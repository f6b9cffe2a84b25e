import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function SettingsPage({ tab }: { tab: string }) {
  return (
    <>
      <PageHead title="Settings" />
      <Loading what={tab} />
    </>
  )
}

import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function MachinesPage() {
  return (
    <>
      <PageHead title="Machines" />
      <Loading what="machines" />
    </>
  )
}

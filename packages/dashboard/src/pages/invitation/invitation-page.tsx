import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function InvitationPage() {
  return (
    <>
      <PageHead title="Invitation" />
      <Loading what="the invitation" />
    </>
  )
}

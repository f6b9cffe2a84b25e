import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function ApproveLoginPage({ code }: { code: string }) {
  return (
    <>
      <PageHead title="Sign in a command" />
      <Loading what={code} />
    </>
  )
}

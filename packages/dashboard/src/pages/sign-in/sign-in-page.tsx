import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'

export function SignInPage() {
  return (
    <>
      <PageHead title="Sign in" />
      <Loading what="the form" />
    </>
  )
}

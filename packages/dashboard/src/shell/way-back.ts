/** Where to go after signing in. Only ever a page of ours: the address may have been made by somebody else. */
export function wayBack(back: string | undefined): string {
  if (!back?.startsWith('/') || /^\/[/\\]/.test(back) || /[\p{Cc}]/u.test(back)) return '/'
  return back.startsWith('/sign-in') ? '/' : back
}

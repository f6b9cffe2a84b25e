import { createHmac } from 'node:crypto'

export const secret = 'a secret'
const commit = 'ffac537e6cbbf934b08745a378932722df287a53'

export const sign = (body: string, key = secret) => createHmac('sha256', key).update(body).digest('hex')

/** A push as each forge tells it: shortened, and signed as it signs. */
export const pushes = {
  github(change: object = {}, key = secret) {
    const body = JSON.stringify({
      ...{ ref: 'refs/heads/main', after: commit, deleted: false, repository: { full_name: 'team/shop' } },
      ...{ pusher: { name: 'ann' }, head_commit: { message: 'Sell more\n\nMuch more' }, ...change },
    })
    const headers = {
      'x-github-event': 'push',
      'x-github-delivery': 'd1',
      'x-hub-signature-256': `sha256=${sign(body, key)}`,
    }
    return { headers: { ...headers, 'content-type': 'application/json' }, body }
  },
  gitlab() {
    const body = JSON.stringify({
      ...{ ref: 'refs/heads/main', after: commit, checkout_sha: commit, user_name: 'Ann' },
      ...{ project: { path_with_namespace: 'team/shop' }, commits: [{ message: 'Sell more' }] },
    })
    return { headers: { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': 'd1', 'x-gitlab-token': secret }, body }
  },
  gitea() {
    const body = JSON.stringify({
      ...{ ref: 'refs/heads/main', after: commit, repository: { full_name: 'team/shop' } },
      ...{ pusher: { login: 'ann', full_name: '' }, head_commit: { message: 'Sell more' } },
    })
    return { headers: { 'x-gitea-event': 'push', 'x-gitea-delivery': 'd1', 'x-gitea-signature': sign(body) }, body }
  },
  bitbucket() {
    const target = { hash: commit, message: 'Sell more\n' }
    const body = JSON.stringify({
      ...{ actor: { display_name: 'Ann' }, repository: { full_name: 'team/shop' } },
      push: { changes: [{ new: { type: 'branch', name: 'main', target }, old: null }] },
    })
    return {
      headers: { 'x-event-key': 'repo:push', 'x-request-uuid': 'd1', 'x-hub-signature': `sha256=${sign(body)}` },
      body,
    }
  },
}

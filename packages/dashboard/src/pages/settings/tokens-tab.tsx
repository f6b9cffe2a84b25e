import { listTokens, removeToken, type Token } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { RelativeTime } from '#parts/relative-time.tsx'
import { plainText } from '../app/logs/log-text.ts'
import { Confirm } from './confirm.tsx'
import { CreateToken } from './create-token.tsx'
import { accessWords } from './role-words.ts'
import classes from './settings.module.css'
import { StoredList } from './stored-list.tsx'
import { expiryOf } from './token-words.ts'
import { useDialogAction } from './use-dialog-action.ts'

export function TokensTab() {
  const me = useMe()
  return (
    <StoredList
      title={me.isAdmin ? 'Tokens of everybody' : 'Your tokens'}
      below="For programs, such as a build that deploys. A token may do no more than the one who made it."
      what="tokens"
      found={useCall(listTokens, {})}
      empty={{
        title: 'No tokens yet',
        icon: <IconKey size={28} stroke={1.5} />,
        words: (
          <>
            For your own terminal you need none: <code>berth login</code> asks in this browser.
          </>
        ),
      }}
      addWord="New token"
      add={(closing) => <CreateToken {...closing} />}
      rows={(tokens, onRemove) => <TokenTable tokens={tokens} onRemove={onRemove} />}
      removal={(token, closing) => <Remove token={token} {...closing} />}
    />
  )
}

function TokenTable({ tokens, onRemove }: { tokens: readonly Token[]; onRemove: (token: Token) => void }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">May</th>
          <th scope="col">Where</th>
          <th scope="col">Last used</th>
          <th scope="col">Expires</th>
          <th scope="col">
            <span className={classes.hidden}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row" className={classes.main}>
              <bdi>{plainText(token.name)}</bdi>
              <span className={classes.soft}>
                made by {plainText(token.createdBy)} <RelativeTime at={token.createdAt} />
              </span>
            </th>
            <td data-label="May">{accessWords[token.access].title}</td>
            <td data-label="Where">{token.project ?? 'wherever its owner may'}</td>
            <td data-label="Last used">{token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : 'never'}</td>
            <td data-label="Expires">
              <ExpiryWords token={token} />
            </td>
            <td className={classes.actions}>
              <Button
                size="xs"
                variant="default"
                aria-label={`Remove the token ${token.name}`}
                onClick={() => onRemove(token)}
              >
                Remove
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ExpiryWords({ token }: { token: Token }) {
  const expiry = expiryOf(token, Date.now())
  if (token.expiresAt === null) return 'never'
  return (
    <span data-expiry={expiry} className={classes.expiry}>
      {expiry === 'over' ? 'expired ' : null}
      <RelativeTime at={token.expiresAt} />
    </span>
  )
}

function Remove({ token, onClose }: { token: Token; onClose: () => void }) {
  const action = useDialogAction(removeToken, {
    invalidates: [listTokens],
    words: () => `The token ${token.name} is worthless now`,
    onClose,
  })
  return (
    <Confirm
      title={`Remove the token ${token.name}?`}
      word="Remove it"
      busyWords="Removing …"
      action={action}
      onConfirm={() => action.mutate({ params: { tokenId: token.id } })}
      onClose={onClose}
    >
      Whatever uses it is refused from the next request on.{' '}
      {token.lastUsedAt ? (
        <>
          It was last used <RelativeTime at={token.lastUsedAt} />.
        </>
      ) : (
        'It was never used.'
      )}
    </Confirm>
  )
}

import { answerLoginRequest, getLoginRequest, type LoginRequest } from '@berth/contract'
import { Button, Group, Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { useAction, useCall } from '#api/use-call.ts'
import { useMe } from '#live/use-live.ts'
import { ErrorBox } from '#parts/error-box.tsx'
import { Loading } from '#parts/loading.tsx'
import { PageHead } from '#parts/page-head.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import classes from './approve-login-page.module.css'
import { outcomeOf } from './login-outcome.ts'

/** A command asks to be signed in as the one who looks at this page. */
export function ApproveLoginPage({ code }: { code: string }) {
  const input = { params: { code: code.toUpperCase() } }
  const { data, error, refetch } = useCall(getLoginRequest, input, { refetchIntervalMs: 5_000 })
  const [answered, setAnswered] = useState<LoginRequest>()
  const request = answered ?? data
  return (
    <div className={classes.page}>
      <PageHead title="Sign in a command" />
      {request ? (
        <Asked request={request} onAnswered={setAnswered} />
      ) : error ? (
        <ErrorBox
          title="This request cannot be answered"
          error={error}
          onRetry={error.code === 'invalid_request' ? undefined : () => void refetch()}
        />
      ) : (
        <Loading what="who asks" height={240} />
      )}
    </div>
  )
}

const choices = [
  { value: 'read', label: 'Read', description: 'See apps, logs and figures' },
  { value: 'deploy', label: 'Deploy', description: 'Also deploy, scale, and see secrets' },
  { value: 'admin', label: 'Admin', description: 'Everything that you may do' },
] as const
type Choice = (typeof choices)[number]['value']
const rankOf = (access: string) => choices.findIndex(({ value }) => value === access)

function Asked({ request, onAnswered }: { request: LoginRequest; onAnswered: (request: LoginRequest) => void }) {
  const me = useMe()
  const offered = choices.filter(({ value }) => rankOf(value) <= rankOf(me.access))
  const [access, setAccess] = useState<Choice>(offered.some(({ value }) => value === 'deploy') ? 'deploy' : 'read')
  const answer = useAction(answerLoginRequest, { onSuccess: onAnswered })
  const reply = (isApproved: boolean) => answer.mutate({ params: { code: request.code }, body: { isApproved, access } })
  const outcome = outcomeOf(request.state)

  return (
    <section className={classes.card}>
      <p className={classes.lead}>
        <strong>{request.client}</strong> asks to be signed in as <strong>{me.name}</strong>.
      </p>
      <div className={classes.code} role="img" aria-label={`Code ${request.code.split('').join(' ')}`}>
        {request.code}
      </div>
      <p className={classes.compare}>
        Approve only if you started <code>berth login</code> yourself and your terminal shows this very code.
      </p>
      <dl className={classes.facts}>
        <dt>Asks from</dt>
        <dd>{request.address}</dd>
        <dt>Good until</dt>
        <dd>
          <RelativeTime at={request.expiresAt} />
        </dd>
      </dl>
      {outcome ? (
        <p className={classes.outcome} role="status">
          {outcome}
        </p>
      ) : (
        <Stack gap="md">
          <Radio.Group
            label="What it may do"
            value={access}
            onChange={(value) => setAccess(value as Choice)}
            readOnly={answer.isPending}
          >
            <Stack gap="xs" mt="xs">
              {offered.map(({ value, label, description }) => (
                <Radio key={value} value={value} label={label} description={description} />
              ))}
            </Stack>
          </Radio.Group>
          <ErrorBox error={answer.error} />
          <Group gap="xs">
            <Button onClick={() => reply(true)} loading={answer.isPending}>
              Approve
            </Button>
            <Button variant="default" onClick={() => reply(false)} disabled={answer.isPending}>
              Refuse
            </Button>
          </Group>
        </Stack>
      )}
    </section>
  )
}

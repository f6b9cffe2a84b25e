import { cancelRelocation, type Relocation, type RelocationStep } from '@berth/contract'
import { UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { BusyButton } from '#parts/busy-button.tsx'
import { ErrorBox } from '#parts/error-box.tsx'
import { RelativeTime } from '#parts/relative-time.tsx'
import sheet from '#parts/sheet.module.css'
import { StateBadge } from '#parts/state-badge.tsx'
import classes from './machine-actions.module.css'
import { countSteps, titleOfRelocation } from './relocation-words.ts'

/** A drain or rebalance with its steps; one that has not ended can be cancelled. */
export function RelocationCard({ relocation }: { relocation: Relocation }) {
  const { state, words, steps, failure, finishedAt, createdAt, requestedBy } = relocation
  const [isOpen, setOpen] = useState(finishedAt === null || state === 'failed')
  const id = useId()
  return (
    <section className={classes.card} aria-label={titleOfRelocation(relocation)}>
      <header className={classes.cardHead}>
        <div>
          <h3>{titleOfRelocation(relocation)}</h3>
          <p className={sheet.soft}>
            <StateBadge of="relocation" state={state} /> <span>{words ?? countSteps(steps)}</span>
            <span>
              {requestedBy}, <RelativeTime at={finishedAt ?? createdAt} />
            </span>
          </p>
        </div>
        <div className={classes.cardEnd}>
          {finishedAt === null ? <Cancel relocation={relocation} /> : null}
          {steps.length > 0 ? (
            <UnstyledButton
              className={classes.toggle}
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setOpen(!isOpen)}
            >
              {steps.length === 1 ? '1 step' : `${steps.length} steps`}
              <IconChevronDown size={15} data-open={isOpen || undefined} aria-hidden />
            </UnstyledButton>
          ) : null}
        </div>
      </header>
      {failure ? (
        <p className={classes.warning} data-tone="bad">
          {failure.message}
          {failure.hint ? `. ${failure.hint}` : ''}
        </p>
      ) : null}
      <ol className={classes.steps} id={id} hidden={!isOpen}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never change places.
          <Step key={index} step={step} isDrain={relocation.kind === 'drain'} />
        ))}
      </ol>
    </section>
  )
}

function Step({ step: { app, service, from, state, words }, isDrain }: { step: RelocationStep; isDrain: boolean }) {
  return (
    <li className={classes.step} data-state={state}>
      <StateBadge of="step" state={state} />
      <span>
        <Link to="/apps/$app/{-$tab}" params={{ app }} className={classes.link}>
          {app}
        </Link>{' '}
        <span className={sheet.soft}>
          {service}
          {isDrain ? '' : ` from ${from}`}
        </span>
      </span>
      <span className={sheet.soft}>{words}</span>
    </li>
  )
}

function Cancel({ relocation: { id, kind, machine } }: { relocation: Relocation }) {
  const cancel = useAction(cancelRelocation)
  return (
    <div>
      <BusyButton
        size="xs"
        variant="default"
        isBusy={cancel.isPending}
        busyWords="Cancelling …"
        title={
          kind === 'drain'
            ? `What was moved stays where it is, and ${machine} takes instances again`
            : 'What was moved stays where it is'
        }
        onClick={() => cancel.mutate({ params: { relocationId: id } })}
      >
        Cancel
      </BusyButton>
      <ErrorBox error={cancel.error} title="It could not be cancelled" />
    </div>
  )
}

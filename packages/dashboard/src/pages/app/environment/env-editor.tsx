import { type App, createDeployment } from '@berth/contract'
import { Button } from '@mantine/core'
import { IconClipboardText, IconPlus } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState } from 'react'
import { useAction } from '#api/use-call.ts'
import { CopyButton } from '#parts/copy-button.tsx'
import { ActionButton } from '../action-button.tsx'
import { useLeaveGuard } from '../use-leave-guard.tsx'
import { describeFault, writeDotenv } from './dotenv.ts'
import { addedRow, changeOf, diffEnv, type EnvRow, envOf, listRowFaults, pasteInto, rowsOf } from './env-draft.ts'
import { EnvReview } from './env-review.tsx'
import { EnvRowFields } from './env-row-fields.tsx'
import classes from './environment.module.css'
import { PasteDialog } from './paste-dialog.tsx'

type Env = Readonly<Record<string, string>>
type Props = { app: App; env: Env; releaseVersion: number | null }

export function EnvEditor({ app, env, releaseVersion }: Props) {
  const draft = useDraft(env)
  const [isPasting, setPasting] = useState(false)
  const [isReviewing, setReviewing] = useState(false)
  const navigate = useNavigate()
  const titleId = useId()
  const wanted = envOf(draft.rows)
  const differences = diffEnv(draft.former, wanted)
  const faults = listRowFaults(draft.rows, describeFault)
  const guard = useLeaveGuard(differences.length > 0 || faults.size > 0)

  const deploy = useAction(createDeployment, {
    onSuccess: () => {
      guard.release()
      setReviewing(false)
      void navigate({ to: '/apps/$app/{-$tab}', params: { app: app.name, tab: undefined } })
    },
  })

  return (
    <section className={classes.card} aria-labelledby={titleId}>
      <header className={classes.head}>
        <div>
          <h2 id={titleId}>Environment</h2>
          <p className={classes.soft}>
            {releaseVersion === null ? 'No release yet.' : `Of v${releaseVersion}. `}
            Values are secrets until you say otherwise: each is shown only when you ask for it.
          </p>
        </div>
        <div className={classes.buttons}>
          <CopyButton
            value={writeDotenv(Object.fromEntries(wanted))}
            label="everything as .env, values included"
            size={30}
          />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconClipboardText size={15} aria-hidden />}
            onClick={() => setPasting(true)}
          >
            Paste .env
          </Button>
        </div>
      </header>

      {app.deploymentId ? (
        <p className={classes.overtaken} role="status">
          A deployment is under way. These are the values of what{' '}
          {releaseVersion === null ? 'is asked for' : 'serves until then'}.
        </p>
      ) : null}
      {draft.isOvertaken ? (
        <p className={classes.overtaken} role="status">
          Somebody deployed other values meanwhile.{' '}
          <Button size="compact-xs" variant="default" onClick={() => draft.reset(env)}>
            Drop my changes and show theirs
          </Button>
        </p>
      ) : null}

      {draft.rows.length === 0 ? <p className={classes.soft}>No variables of its own.</p> : null}
      <ul className={classes.rows}>
        {draft.rows.map((row) => (
          <EnvRowFields
            key={row.key}
            row={row}
            fault={faults.get(row.key)}
            isNew={row.key === draft.lastAdded}
            onChange={draft.change}
            onDrop={draft.drop}
          />
        ))}
      </ul>
      <Button size="xs" variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={draft.add}>
        Add a variable
      </Button>

      <footer className={classes.foot} data-changed={differences.length > 0 || undefined}>
        <span role="status" className={classes.soft}>
          {faults.size > 0
            ? faults.size === 1
              ? '1 variable cannot be set like this'
              : `${faults.size} variables cannot be set like this`
            : describeCount(differences.length)}
        </span>
        <Button
          variant="default"
          disabled={differences.length === 0 && faults.size === 0}
          onClick={() => draft.reset(env)}
        >
          Undo all
        </Button>
        <ActionButton
          whyNot={
            differences.length === 0
              ? 'Nothing has changed yet'
              : faults.size > 0
                ? 'Correct what is marked first'
                : app.state === 'stopped'
                  ? `${app.name} is stopped. Start it first`
                  : undefined
          }
          onClick={() => setReviewing(true)}
        >
          Review the change
        </ActionButton>
      </footer>

      {isPasting ? (
        <PasteDialog
          onPaste={(pasted, options) => draft.set(pasteInto(draft.rows, pasted, options))}
          onClose={() => setPasting(false)}
        />
      ) : null}
      {isReviewing ? (
        <EnvReview
          app={app}
          differences={differences}
          action={deploy}
          onDeploy={(supersede) => {
            deploy.mutate({
              params: { app: app.name },
              body: { change: { env: changeOf(differences, wanted) }, supersede },
            })
          }}
          onClose={() => setReviewing(false)}
        />
      ) : null}
      {guard.dialog}
    </section>
  )
}

const describeCount = (count: number) =>
  count === 0
    ? ''
    : count === 1
      ? '1 variable differs, not deployed yet'
      : `${count} variables differ, not deployed yet`

/** What is edited. What the server says meanwhile is taken over only where nothing was edited. */
function useDraft(env: Env) {
  const [former, setFormer] = useState(env)
  const [rows, setRows] = useState(() => rowsOf(env))
  const [lastAdded, setLastAdded] = useState<string>()
  const made = useRef(0)
  const isTouched = diffEnv(former, envOf(rows)).length > 0 || rows.some(({ former: was }) => !was)
  const isOther = diffEnv(former, new Map(Object.entries(env))).length > 0

  const reset = (to: Env) => {
    setFormer(to)
    setRows(rowsOf(to))
    setLastAdded(undefined)
  }
  if (isOther && !isTouched) reset(env)

  return {
    rows,
    former,
    lastAdded,
    isOvertaken: isOther && isTouched,
    reset,
    set: setRows,
    add() {
      const row = addedRow(`added ${++made.current}`)
      setLastAdded(row.key)
      setRows((known) => [...known, row])
    },
    change: (key: string, to: Partial<EnvRow>) =>
      setRows((known) => known.map((row) => (row.key === key ? { ...row, ...to } : row))),
    drop: (key: string) => setRows((known) => known.filter((row) => row.key !== key)),
  }
}

import classes from './new-app.module.css'

const steps = ['Describe', 'Review', 'Deployment'] as const
export type StepName = (typeof steps)[number]

export function StepsLine({ at }: { at: StepName }) {
  return (
    <ol className={classes.stepsLine} aria-label="Steps">
      {steps.map((step, index) => (
        <li
          key={step}
          aria-current={step === at ? 'step' : undefined}
          data-done={index < steps.indexOf(at) || undefined}
        >
          <span aria-hidden>{index + 1}</span> {step}
        </li>
      ))}
    </ol>
  )
}

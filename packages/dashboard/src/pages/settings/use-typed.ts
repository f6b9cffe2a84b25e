import { useState } from 'react'

type Texts = Record<string, string>
type Issue = { path: readonly PropertyKey[]; message: string }

/** Texts of a form as they are typed. What is wrong with them is said once somebody tried to send them. */
export function useTyped<Typed extends Texts>(blank: Typed) {
  const [typed, setTyped] = useState(blank)
  const [wasTried, setTried] = useState(false)
  return {
    typed,
    onTry: () => setTried(true),
    /** What the input of a field needs. `issues`: what the schema says of all that is sent. */
    text: (field: keyof Typed & string, issues: readonly Issue[] = []) => ({
      value: typed[field],
      error: wasTried ? issues.find(({ path }) => path.at(-1) === field)?.message : undefined,
      spellCheck: false,
      autoCapitalize: 'none',
      onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
        setTyped((before) => ({ ...before, [field]: value })),
    }),
  }
}

import { useState } from 'react'
import type { UserError } from '@/api/useAction'
import { type Mistake, remaining } from '@/ui/form/mistakes'

/** The state of a form of inputs: its values, what the server refused of them, and what is wrong after the last attempt. */
export function useInputForm(initial: Record<string, unknown>) {
  const [values, setValues] = useState(initial)
  const [refusals, setRefusals] = useState<UserError[]>([])
  const [mistakes, setMistakes] = useState<Mistake[]>([])
  const [attempt, setAttempt] = useState(0)
  return {
    values,
    /** What was wrong with a value is no longer said once it is another. */
    setValues: (next: Record<string, unknown>) => {
      if (mistakes.length > 0) setMistakes(remaining(mistakes, values, next))
      setValues(next)
    },
    refusals,
    /** Takes what is about an input; everything else is somebody else's to show. */
    refuse: (error: UserError) => {
      if (error.field[0] !== 'inputs' || error.field.length < 2) return false
      setRefusals((before) => [...before, error])
      return true
    },
    mistakes,
    /** Grows with every attempt that is refused. */
    attempt,
    complain: (found: Mistake[]) => {
      setMistakes(found)
      setAttempt((before) => before + 1)
    },
    forget: () => {
      setRefusals([])
      setMistakes([])
    },
  }
}

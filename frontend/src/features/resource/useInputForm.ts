import { useState } from 'react'
import type { UserError } from '@/api/useAction'

/** The state of a form of inputs: its values, and what the server refused of them. */
export function useInputForm(initial: Record<string, unknown>) {
  const [values, setValues] = useState(initial)
  const [refusals, setRefusals] = useState<UserError[]>([])
  return {
    values,
    setValues,
    refusals,
    /** Takes what is about an input; everything else is somebody else's to show. */
    refuse: (error: UserError) => {
      if (error.field[0] !== 'inputs' || error.field.length < 2) return false
      setRefusals((before) => [...before, error])
      return true
    },
    forget: () => { setRefusals([]) },
  }
}

import { useState } from 'react'
import type { UserError } from './useAction'

/** The values of a form and what the server says of each. `onFieldError` is what useAction takes. */
export function useFields<Values extends Record<string, unknown>>(initial: Values) {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<Partial<Record<keyof Values, string>>>({})

  function onFieldError({ field, message }: UserError): boolean {
    const name = field[0] ?? ''
    if (!(name in initial)) return false
    setErrors((before) => ({ ...before, [name]: message }))
    return true
  }

  return {
    values,
    errors,
    set: (change: Partial<Values>) => { setValues((before) => ({ ...before, ...change })) },
    reset: (to: Values) => { setValues(to) },
    clearErrors: () => { setErrors({}) },
    onFieldError,
  }
}

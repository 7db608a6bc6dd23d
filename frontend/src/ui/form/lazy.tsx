import { lazy, Suspense } from 'react'
import { Loading } from '../Loading'
import type { SchemaFormProps } from './SchemaForm'

const SchemaForm = lazy(() => import('./SchemaForm'))

/** The form library is large and few pages need it: it comes when it is asked for. */
export function LazySchemaForm(props: SchemaFormProps) {
  return (
    <Suspense fallback={<Loading rows={5} height={58} />}>
      <SchemaForm {...props} />
    </Suspense>
  )
}

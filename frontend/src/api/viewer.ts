import { createContext, use } from 'react'

/** Who is signed in, for every component that asks. */
export interface Viewer {
  id: string
  name: string
  email: string
  permissions: readonly string[]
}

const Context = createContext<Viewer | null>(null)

export const ViewerProvider = Context.Provider

export function useViewer(): Viewer {
  const viewer = use(Context)
  if (!viewer) throw new Error('useViewer outside of a signed-in page')
  return viewer
}

/** Whether the viewer may do something everywhere; what holds in one project is in its viewerPermissions. */
export function useMay(permission: string): boolean {
  return useViewer().permissions.includes(permission)
}

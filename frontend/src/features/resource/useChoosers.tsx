import { useMemo } from 'react'
import { NetworkChooser } from '@/api/Chooser'
import type { ChooserProps } from '@/ui/form/widgets'

/** What chooses in a form of inputs where there may be any number: the networks that the project may claim addresses from. */
export function useChoosers(projectId: string | undefined) {
  return useMemo(() => ({ networks: (props: ChooserProps) => <NetworkChooser {...props} claimableBy={projectId} /> }), [projectId])
}

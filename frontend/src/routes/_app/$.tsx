import { createFileRoute } from '@tanstack/react-router'
import { NotFound } from '@/app/NotFound'

/** Whatever address is none of ours: who is signed in still has the navigation. */
export const Route = createFileRoute('/_app/$')({ component: NotFound })

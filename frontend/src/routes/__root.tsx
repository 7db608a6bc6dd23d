import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import type { Api } from '@/api/client'

export const Route = createRootRouteWithContext<{ api: Api }>()({ component: Outlet })
